import { Interrupted } from './interrupt';
import type { ListMeter, MeteredRun } from './list_meter';

/** One run of a list: what is to be done, as data that another process can be given. */
export interface ListedRun<Task> extends MeteredRun {
  readonly task: Task;
}

/** Told by a run how far it is. */
export interface RunListener {
  /** The run begins after `done` steps of an earlier start. */
  begin(done: number): void;
  step(done: number, detail: string): void;
  line(text: string): void;
}

/** Where runs are made: this process, or others. */
export interface Executor<Task> {
  /** Runs at a time. */
  readonly lanes: number;
  /** @throws Interrupted once a run has stopped on request, or whatever failed */
  execute(task: Task, listener: RunListener): Promise<void>;
  /** Lets go of everything; runs that are still going on write a checkpoint first. */
  close(): Promise<void>;
}

/** Makes runs in this process, one at a time. */
export class LocalExecutor<Task> implements Executor<Task> {
  readonly lanes = 1;

  constructor(private readonly run: (task: Task, listener: RunListener, interrupted: () => NodeJS.Signals | undefined) => Promise<void>, private readonly interrupted: () => NodeJS.Signals | undefined) {}

  execute(task: Task, listener: RunListener): Promise<void> {
    return this.run(task, listener, this.interrupted);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Makes every run of a list, as many at a time as the executor has lanes. After the first failure or interruption no further run
 * begins, and those that go on are awaited: they finish, or stop with a checkpoint.
 *
 * @throws the first failure
 */
export async function runList<Task>(runs: readonly ListedRun<Task>[], executor: Executor<Task>, meter: ListMeter): Promise<void> {
  const queue = [...runs];
  const failures: unknown[] = [];
  const lane = async () => {
    for (let run = queue.shift(); run !== undefined && failures.length === 0; run = queue.shift()) {
      const current = run;
      try {
        await executor.execute(current.task, {
          begin: (done) => { meter.start(current, done); },
          step: (done, detail) => { meter.step(current, done, detail); },
          line: (text) => { meter.line(current, text); },
        });
      } catch (error) {
        failures.push(error);
      } finally {
        meter.finish(current);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(executor.lanes, runs.length)) }, lane));
  // A failure says more than the interruptions that it caused.
  const failure = failures.find((error) => !(error instanceof Interrupted)) ?? failures[0];
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error('a run failed for no stated reason');
}
