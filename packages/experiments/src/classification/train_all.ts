import * as path from 'node:path';
import { messageOf } from '../config/errors';
import type { ExperimentContext } from '../experiment';
import { Interrupted } from '../runs/interrupt';
import { LocalExecutor, runList, type Executor, type ListedRun } from '../runs/list';
import { ListMeter } from '../runs/list_meter';
import { ProcessPool } from '../runs/pool';
import { threadEnvironment } from '../threads';
import type { DataCache } from './data_cache';
import { executeRun, type RunTask } from './execute';
import { PartPlan, type Part, type TrainedPart } from './part_plan';

/**
 * Trains all runs of some parts as one list, with the remaining time over the whole of it: part by part first the runs that try
 * learning rates, then those that are tested. Finished ones are skipped, interrupted ones go on.
 *
 * @param cache of this process, which makes the runs itself where a part asks for one process
 * @returns one entry a part, in order
 * @throws Interrupted once everything has stopped with a checkpoint
 */
export async function trainAll(parts: readonly Part[], cache: DataCache, context: ExperimentContext): Promise<TrainedPart[]> {
  const plans = parts.map((part) => new PartPlan(part));
  for (const plan of plans) plan.forget();
  const meter = new ListMeter(once(plans.flatMap((plan) => plan.open())), context.print);
  announce(plans, context);
  try {
    for (const group of grouped(plans)) {
      const executor = executorOf(group[0], cache, context);
      try {
        await runList(once(group.flatMap((plan) => plan.openTuning())), executor, meter);
        await runList(once(group.flatMap((plan) => plan.settle(meter))), executor, meter);
      } finally {
        await executor.close();
      }
    }
    return plans.map((plan) => plan.trained());
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `${messageOf(error)}\nto go on from there: ${context.command}`);
  } finally {
    meter.stop();
  }
}

/** What is there without training anything: finished runs, and rates as far as all that were tried are finished. */
export function trainedSoFar(part: Part): TrainedPart {
  return new PartPlan(part).trained();
}

/** Parts may share runs. */
function once(runs: readonly ListedRun<RunTask>[]): ListedRun<RunTask>[] {
  return [...new Map(runs.map((run) => [run.key, run])).values()];
}

function announce(plans: readonly PartPlan[], { print }: ExperimentContext): void {
  const [open, all] = [once(plans.flatMap((plan) => plan.open())).length, once(plans.flatMap((plan) => plan.listed())).length];
  const finished = all - open;
  if (finished > 0) print(`${finished} of ${all} runs are finished already (--force trains them again)`);
  const waiting = plans.reduce((sum, plan) => sum + (plan.openTuning().length > 0 ? plan.openResults().length : 0), 0);
  if (waiting > 0) print(`learning rates first; then ${waiting} runs with those chosen`);
}

/** Parts that follow each other and are run in the same way share their processes. */
function grouped(plans: readonly PartPlan[]): [PartPlan, ...PartPlan[]][] {
  const groups: [PartPlan, ...PartPlan[]][] = [];
  for (const plan of plans) {
    const last = groups.at(-1);
    if (last?.[0].way === plan.way) last.push(plan);
    else groups.push([plan]);
  }
  return groups;
}

function executorOf({ part: { config }, lanes }: PartPlan, cache: DataCache, { interrupted }: ExperimentContext): Executor<RunTask> {
  if (config.processes === 1) return new LocalExecutor<RunTask>((task, listener, stop) => executeRun(task, cache, listener, stop), interrupted);
  const worker = path.join(__dirname, `worker${path.extname(__filename)}`);
  return new ProcessPool<RunTask>(worker, lanes, threadEnvironment(config.threads), interrupted);
}
