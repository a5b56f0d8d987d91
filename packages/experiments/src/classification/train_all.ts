import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { messageOf } from '../config/errors';
import type { ImageDataset } from '../data/dataset';
import type { ExperimentContext } from '../experiment';
import { Interrupted } from '../runs/interrupt';
import { runList, type Executor, type ListedRun } from '../runs/list';
import { ListMeter } from '../runs/list_meter';
import { ProcessPool } from '../runs/pool';
import { threadEnvironment } from '../threads';
import { stepsOf, type RunResult } from '../train/trainer';
import type { ClassificationConfig } from './config';
import type { DataCache } from './data_cache';
import { folderOf, LocalExecutor, type RunTask } from './execute';
import { resultRuns, tuningRuns, ratesOf, type PlannedRun } from './plan';
import { EXPECTED_STEP_MS } from './step_costs';
import type { ClassificationSubject } from './subject';
import { chooseRates, type ChosenRate } from './tuning';

/** An experiment with its configuration and images. */
export interface Part {
  readonly subject: ClassificationSubject;
  readonly config: ClassificationConfig;
  readonly dataset: Pick<ImageDataset, 'name' | 'hash' | 'train'>;
}

/** What training a part left. */
export interface TrainedPart {
  readonly results: readonly RunTask[];
  readonly chosen: readonly ChosenRate[];
}

/**
 * Trains all runs of some parts as one list: first those that try learning rates, then those that are tested. Finished ones are
 * skipped, interrupted ones go on.
 *
 * @param cache of this process, which makes the runs itself where `processes` is 1
 * @param machine how many runs at a time, with how many threads each
 * @returns one entry a part, in order
 * @throws Interrupted once everything has stopped with a checkpoint
 */
export async function trainAll(parts: readonly Part[], cache: DataCache, machine: Pick<ClassificationConfig, 'processes' | 'threads'>, context: ExperimentContext): Promise<TrainedPart[]> {
  const lanes = machine.processes > 0 ? machine.processes : Math.max(1, Math.floor(os.availableParallelism() / (machine.threads || os.availableParallelism())));
  const worker = path.join(__dirname, `worker${path.extname(__filename)}`);
  const executor: Executor<RunTask> = lanes === 1 ? new LocalExecutor(cache, context.interrupted) : new ProcessPool<RunTask>(worker, lanes, threadEnvironment(machine.threads), context.interrupted);
  const tuning = parts.map((part) => tuningRuns(part.subject, part.config, part.dataset).map((plan) => taskOf(part, plan)));
  // The rates are not known yet, but how many runs there will be is: the remaining time is of the whole list from the beginning.
  const later = parts.map((part) => resultRuns(part.subject, part.config, part.dataset, (_, optimizer) => ratesOf(part.config, optimizer)[0] ?? NaN).map((plan) => taskOf(part, plan)));
  const waitFor = tuning.flatMap((tasks, i) => (tasks.some(isOpen) ? (later[i] ?? []) : [])).length;
  try {
    if (waitFor > 0) context.print(`learning rates first; then ${waitFor} runs with those chosen`);
    await runOpen(tuning.flat(), executor, context);
    const chosen = tuning.map((tasks) => chooseRates(tasks.map((task) => ({ plan: task.plan, result: resultOf(task) }))));
    const results = parts.map((part, i) => {
      const rates = chosen[i] ?? [];
      const rateOf = (activation: string, optimizer: PlannedRun['optimizer']) =>
        rates.find((choice) => choice.activation === activation && choice.optimizer === optimizer)?.learningRate ?? ratesOf(part.config, optimizer)[0] ?? part.config.learningRate;
      return resultRuns(part.subject, part.config, part.dataset, rateOf).map((plan) => taskOf(part, plan));
    });
    await runOpen(results.flat(), executor, context);
    return results.map((tasks, i) => ({ results: tasks, chosen: chosen[i] ?? [] }));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `${messageOf(error)}\nto go on from there: ${context.command}`);
  } finally {
    await executor.close();
  }
}

/** A fifth of the training images is for validation. */
const taskOf = ({ subject, config, dataset: { train } }: Part, plan: PlannedRun): RunTask => ({ subject, config, plan, trainCount: train.count - Math.floor(train.count / 5) });
const isOpen = (task: RunTask): boolean => folderOf(task).status() !== 'done';

function resultOf(task: RunTask): RunResult {
  const result = folderOf(task).result();
  if (!result) throw new Error(`${folderOf(task).folder}: expected a finished run`);
  return result;
}

async function runOpen(tasks: readonly RunTask[], executor: Executor<RunTask>, context: ExperimentContext): Promise<void> {
  for (const task of tasks) if (task.config.force) fs.rmSync(folderOf(task).folder, { recursive: true, force: true });
  const open = tasks.filter(isOpen);
  if (open.length < tasks.length) context.print(`${tasks.length - open.length} of ${tasks.length} runs are finished already (--force trains them again)`);
  const runs = open.map(listed);
  const meter = new ListMeter(runs, executor.lanes, context.print);
  try {
    await runList(runs, executor, meter);
  } finally {
    meter.stop();
  }
}

function listed(task: RunTask): ListedRun<RunTask> {
  const { subject, config, plan, trainCount } = task;
  const { optimizer, activation, seed, learningRate, perturbation } = plan;
  const details = [plan.purpose === 'tuning' ? `rate ${learningRate}` : '', config.seeds.length > 1 && plan.purpose === 'result' ? `seed ${seed}` : '', perturbation === 0 ? '' : `moved by ${perturbation}`];
  return {
    task,
    label: [activation, optimizer, ...details].filter((text) => text !== '').join(' '),
    kind: `${subject.model}/${subject.family}`,
    steps: stepsOf(trainCount, config) * plan.epochs,
    expectedStepMs: EXPECTED_STEP_MS[subject.model][subject.family] * (config.batchSize / 64),
  };
}
