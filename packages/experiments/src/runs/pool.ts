import { fork, type ChildProcess } from 'node:child_process';
import { StorageError } from './atomic';
import { Interrupted } from './interrupt';
import type { Executor, RunListener } from './list';
import type { FromWorker, ToWorker } from './pool_protocol';

/** How often a request to stop is looked for. */
const POLL_MS = 100;

/** Processes that each make one run after another; they stay, so that data and library are loaded once. */
export class ProcessPool<Task> implements Executor<Task> {
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();
  readonly #timer: NodeJS.Timeout;

  /**
   * @param module file that calls `servePool`
   * @param lanes processes, started when they are needed
   * @param environment added to this process's
   * @param interrupted the signal that asks for a stop, if one did; it is passed on
   */
  constructor(
    private readonly module: string,
    readonly lanes: number,
    private readonly environment: Readonly<Record<string, string>>,
    interrupted: () => NodeJS.Signals | undefined,
  ) {
    this.#timer = setInterval(() => {
      const signal = interrupted();
      if (signal === undefined) return;
      clearInterval(this.#timer);
      for (const child of this.#all) send(child, { kind: 'stop', signal });
    }, POLL_MS);
    this.#timer.unref();
  }

  async execute(task: Task, listener: RunListener): Promise<void> {
    const child = this.#idle.pop() ?? this.#start();
    await new Promise<void>((resolve, reject) => {
      const settle = (end: () => void) => {
        child.off('message', receive);
        child.off('exit', gone);
        end();
      };
      const gone = (code: number | null, signal: string | null) => {
        this.#all.delete(child);
        settle(() => { reject(new Error(`a worker process ended with ${signal ?? `exit code ${String(code)}`}; its run resumes from its last checkpoint when it is started again`)); });
      };
      const receive = (message: FromWorker) => {
        switch (message.kind) {
          case 'begin':
            listener.begin(message.done);
            break;
          case 'step':
            listener.step(message.done, message.detail);
            break;
          case 'line':
            listener.line(message.text);
            break;
          case 'done':
            settle(resolve);
            break;
          case 'interrupted':
            settle(() => { reject(new Interrupted(message.signal, message.message)); });
            break;
          case 'failed':
            settle(() => { reject(message.name === 'StorageError' ? new StorageError(message.message) : new Error(message.message)); });
        }
      };
      child.on('message', receive);
      child.once('exit', gone);
      send(child, { kind: 'task', task });
    });
    this.#idle.push(child);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(
      [...this.#all].map(async (child) => {
        const closed = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
        if (child.connected) child.disconnect();
        await closed;
      }),
    );
  }

  #start(): ChildProcess {
    const child = fork(this.module, { env: { ...process.env, ...this.environment }, serialization: 'json' });
    this.#all.add(child);
    child.once('exit', () => this.#all.delete(child));
    return child;
  }
}

function send(child: ChildProcess, message: ToWorker): void {
  // A worker that is gone says so by its exit.
  if (child.connected) child.send(message, () => undefined);
}
