import { messageOf } from '../config/errors';
import { Interrupted } from './interrupt';
import type { RunListener } from './list';
import type { FromWorker, ToWorker } from './pool_protocol';

/** A step is reported at most this often. */
const STEP_MS = 500;

/**
 * Makes the runs that a pool sends to this process, until it lets go: the other side of `ProcessPool`.
 *
 * Signals of the terminal reach every process of the group; here only the pool's word counts. Where the pool is gone, the run
 * stops with a checkpoint and the process ends.
 */
export function servePool<Task>(execute: (task: Task, listener: RunListener, interrupted: () => NodeJS.Signals | undefined) => Promise<void>): void {
  let signal: NodeJS.Signals | undefined;
  let busy = false;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
  const send = (message: FromWorker) => {
    if (process.connected) process.send?.(message);
  };
  process.on('disconnect', () => {
    signal = 'SIGTERM';
    if (!busy) process.exit(0);
  });
  const run = async (task: Task) => {
    busy = true;
    let last = -Infinity;
    const listener: RunListener = {
      begin: (done) => { send({ kind: 'begin', done }); },
      line: (text) => { send({ kind: 'line', text }); },
      step: (done, detail) => {
        const time = performance.now();
        if (time - last < STEP_MS) return;
        last = time;
        send({ kind: 'step', done, detail });
      },
    };
    try {
      await execute(task, listener, () => signal);
      send({ kind: 'done' });
    } catch (error) {
      if (error instanceof Interrupted) send({ kind: 'interrupted', signal: error.signal, message: error.message });
      else send({ kind: 'failed', name: error instanceof Error ? error.name : 'Error', message: error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error) });
    } finally {
      busy = false;
      if (!process.connected) process.exit(0);
    }
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') signal = message.signal;
    else void run(message.task as Task);
  });
}
