import { lockOwner } from '../runs/lock';
import type { Values } from './definition';
import type { SweepFolder } from './sweep_folder';

/** How far a sweep is. */
export interface SweepStatus {
  readonly name: string;
  readonly experiment: string;
  readonly items: number;
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  /** Neither of these. */
  readonly waiting: number;
  readonly cancelled: boolean;
  /** Seconds that what is left takes one process, by what was finished; null before the first. */
  readonly leftSeconds: number | null;
  /** The same with as many at a time as run now; null where none runs. */
  readonly etaSeconds: number | null;
  readonly runningItems: readonly { readonly index: number; readonly pid: number; readonly host: string }[];
  readonly failures: readonly { readonly index: number; readonly values: Values; readonly end: string; readonly lines: readonly string[] }[];
}

/** Finished items that a mean duration is taken of. */
const SAMPLE = 200;

/** @param failures how many failed items to read, at most */
export function sweepStatus(folder: SweepFolder, failures = 20): SweepStatus {
  const { name, experiment, items } = folder.sweep;
  const done = folder.marked('done');
  const finished = new Set(done);
  // A process that was killed between two marks leaves both; what is done counts.
  const failed = folder.marked('failed').filter((index) => !finished.has(index));
  const runningItems = folder.marked('running').flatMap((index) => {
    const owner = finished.has(index) ? undefined : lockOwner(folder.mark('running', index));
    return owner ? [{ index, pid: owner.pid, host: owner.host }] : [];
  });
  const again = new Set(runningItems.map(({ index }) => index));
  const failedNow = failed.filter((index) => !again.has(index));
  const leftSeconds = remaining(folder, done);
  return {
    name,
    experiment,
    items,
    done: done.length,
    failed: failedNow.length,
    running: runningItems.length,
    waiting: items - done.length - failedNow.length - runningItems.length,
    cancelled: folder.cancelled(),
    leftSeconds,
    etaSeconds: leftSeconds === null || runningItems.length === 0 ? null : leftSeconds / runningItems.length,
    runningItems,
    failures: failedNow.slice(0, failures).flatMap((index) => folder.failure(index) ?? []),
  };
}

/** By the mean over finished items of seconds for a unit of budget: the rounds of halving differ in it. */
function remaining(folder: SweepFolder, done: readonly number[]): number | null {
  const { stages, sweep: { halving } } = folder;
  const costOf = (stage: number) => halving?.budgets[stage] ?? 1;
  const stageOf = (index: number) => stages.findIndex(({ from, count }) => index < from + count);
  let [seconds, cost] = [0, 0];
  const every = Math.max(1, Math.ceil(done.length / SAMPLE));
  for (let i = 0; i < done.length; i += every) {
    const index = done[i] ?? 0;
    const result = folder.result(index);
    if (!result) continue;
    seconds += result.seconds;
    cost += costOf(stageOf(index));
  }
  if (cost === 0) return null;
  const finished = stages.map(() => 0);
  for (const index of done) finished[stageOf(index)] = (finished[stageOf(index)] ?? 0) + 1;
  const left = stages.reduce((sum, { count }, stage) => sum + (count - (finished[stage] ?? 0)) * costOf(stage), 0);
  return (seconds / cost) * left;
}
