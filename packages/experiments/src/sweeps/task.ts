import * as fs from 'node:fs';
import { repeatInvocation, type Output } from '../command';
import { EXIT } from '../exit_codes';
import { makeDirectory } from '../runs/atomic';
import { readRuns } from '../runs/kept_run';
import { InUseError, LEASE_MS, lockFile, type Lock } from '../runs/lock';
import type { Values } from './definition';
import { isWaiting, itemValues } from './item';
import type { SweepFolder } from './sweep_folder';

/** How often what a task waits for, and whether the sweep was cancelled, is looked at. */
const POLL_MS = 1000;
/** Lines of a failed item that are kept with its mark. */
const LAST_LINES = 20;

/**
 * Runs one item of a sweep to its end, from wherever an earlier start left it; one that is finished stays as it is. It may be started
 * any number of times, on any machine: the item is locked while it runs.
 *
 * @param command what repeats this, for messages
 * @returns the exit code, see `EXIT`
 */
export async function runItem(folder: SweepFolder, index: number, command: string, output: Output): Promise<number> {
  const started = performance.now();
  const label = `item ${index} of ${folder.sweep.name}`;
  const values = await valuesOf(folder, index);
  if (values === 'cancelled' || folder.cancelled()) {
    output.complain(`${label}: the sweep is cancelled (npx activations sweep submit ${folder.folder} goes on with it)`);
    return EXIT.terminated;
  }
  const lock = await lockItem(folder, index);
  const unwatch = watch(folder);
  try {
    if (folder.has('done', index)) {
      output.print(`${label} is finished already`);
      return EXIT.done;
    }
    folder.forgetFailure(index);
    const log = new Log(folder.log(index), output, folder.item(index));
    log.print(`${label}: ${describeValues(values)}`);
    const runsDir = folder.item(index);
    const { experiment, preset, config } = folder.sweep;
    const code = await repeatInvocation({ experiment, preset, config: { ...config, ...values, runsDir } }, 'train', command, log);
    // Another process has the item by now: what becomes of it is that one's to say.
    lock.check();
    if (code === EXIT.done) {
      const runs = readRuns(runsDir).flatMap(({ id, config: of, result }) => (result ? [{ id, config: of, result }] : []));
      folder.finish({ index, values, seconds: (performance.now() - started) / 1000, runs });
    } else if (code !== EXIT.interrupted && code !== EXIT.terminated) {
      folder.fail({ index, values, end: `exit code ${code}`, lines: log.last });
    }
    return code;
  } finally {
    unwatch();
    lock.release();
  }
}

/** Options in a few words. */
export function describeValues(values: Values): string {
  return Object.entries(values).map(([name, value]) => `${name}=${typeof value === 'string' ? value : Array.isArray(value) ? value.map(String).join(',') : JSON.stringify(value)}`).join(' ');
}

/** @throws Error where it waits in vain */
async function valuesOf(folder: SweepFolder, index: number): Promise<Values | 'cancelled'> {
  for (;;) {
    const values = itemValues(folder, index);
    if (!isWaiting(values)) return values;
    const [failed] = values.failed;
    if (failed !== undefined) throw new Error(`item ${index} waits for item ${failed}, which failed; npx activations sweep submit ${folder.folder} --retryFailed runs that one again`);
    if (folder.cancelled()) return 'cancelled';
    await sleep();
  }
}

/** Waits for a lock that a machine may have left which is gone; one of a process that runs is an error at once. */
async function lockItem(folder: SweepFolder, index: number): Promise<Lock> {
  const file = folder.mark('running', index);
  const until = performance.now() + LEASE_MS + 30_000;
  for (;;) {
    try {
      return lockFile(file, `item ${index} of ${folder.folder}`);
    } catch (error) {
      if (!(error instanceof InUseError) || error.visible || performance.now() > until) throw error;
      await sleep();
    }
  }
}

/** Stops this process as SIGTERM does once the sweep is cancelled, or the process that started it is gone. */
function watch(folder: SweepFolder): () => void {
  const stop = () => { process.kill(process.pid, 'SIGTERM'); };
  const timer = setInterval(() => {
    if (!folder.cancelled()) return;
    clearInterval(timer);
    stop();
  }, POLL_MS);
  timer.unref();
  process.once('disconnect', stop);
  return () => {
    clearInterval(timer);
    process.off('disconnect', stop);
  };
}

const sleep = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** Writes what an item says to its log as well, and remembers the end of it. */
class Log implements Output {
  readonly #last: string[] = [];

  constructor(
    private readonly file: string,
    private readonly output: Output,
    folder: string,
  ) {
    makeDirectory(folder);
  }

  get last(): readonly string[] {
    return this.#last;
  }

  readonly print = (line: string): void => {
    this.#keep(line);
    this.output.print(line);
  };

  readonly complain = (line: string): void => {
    this.#keep(line);
    this.output.complain(line);
  };

  #keep(text: string): void {
    this.#last.push(...text.split('\n'));
    this.#last.splice(0, this.#last.length - LAST_LINES);
    try {
      fs.appendFileSync(this.file, `${text}\n`);
    } catch {
      // A log that cannot be written must not end a run that can.
    }
  }
}
