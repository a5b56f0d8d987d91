import * as fs from 'node:fs';
import type { ImageDataset } from '../data/dataset';
import type { ListedRun } from '../runs/list';
import type { ListMeter } from '../runs/list_meter';
import { lanesOf } from '../threads';
import { stepsOf } from '../train/trainer';
import type { ClassificationConfig } from './config';
import { folderOf, type RunTask } from './execute';
import { ratesOf, resultRuns, tuningRuns, type PlannedRun } from './plan';
import { EXPECTED_STEP_MS } from './step_costs';
import { trainCountOf } from './split';
import type { ClassificationSubject } from './subject';
import { chooseRates, type ChosenRate } from './tuning';

/** An experiment with its configuration and images. */
export interface Part {
  readonly subject: ClassificationSubject;
  readonly config: ClassificationConfig;
  readonly dataset: Pick<ImageDataset, 'name' | 'hash'> & { readonly train: Pick<ImageDataset['train'], 'count'> };
}

/** What training a part left. */
export interface TrainedPart {
  /** The runs to report, finished or not. */
  readonly results: readonly RunTask[];
  /** The tries of learning rates, finished or not. */
  readonly tuning: readonly RunTask[];
  readonly chosen: readonly ChosenRate[];
}

/** The runs of one part: those that try learning rates, and those that are tested with the rates that were chosen. */
export class PartPlan {
  readonly #tuning: readonly RunTask[];

  constructor(readonly part: Part) {
    this.#tuning = tuningRuns(part.subject, part.config, part.dataset).map((plan) => this.#task(plan));
  }

  /** Runs at a time. */
  get lanes(): number {
    return lanesOf(this.part.config);
  }

  /** Parts of one way can share processes. */
  get way(): string {
    const { processes, threads } = this.part.config;
    return JSON.stringify([processes, threads]);
  }

  /** Removes what `--force` asks to train again. */
  forget(): void {
    if (!this.part.config.force) return;
    for (const task of [...this.#results(), ...this.#tuning]) fs.rmSync(folderOf(task).folder, { recursive: true, force: true });
  }

  /** All runs; as long as rates are not chosen, results under one that may change. */
  listed(): ListedRun<RunTask>[] {
    return [...this.#tuning, ...this.#results()].map((task) => this.#listed(task));
  }

  /** All that are not finished. */
  open(): ListedRun<RunTask>[] {
    return [...this.openTuning(), ...this.openResults()];
  }

  /** The tries that are not finished. */
  openTuning(): ListedRun<RunTask>[] {
    return this.#tuning.filter(isOpen).map((task) => this.#listed(task));
  }

  /** The results that are not finished; as long as rates are not chosen, all of them, under a rate that may change. */
  openResults(): ListedRun<RunTask>[] {
    return this.#results().filter(isOpen).map((task) => this.#listed(task));
  }

  /** The results to run now that the rates are known; those that turn out to be finished leave the meter. */
  settle(meter: ListMeter): ListedRun<RunTask>[] {
    for (const task of this.#results()) if (!isOpen(task)) meter.drop(this.#listed(task).key);
    return this.openResults();
  }

  /** What is there now. */
  trained(): TrainedPart {
    return { results: this.#results(), tuning: this.#tuning, chosen: this.#chosen() };
  }

  /** None before every try is finished: a choice among some would not be the choice. */
  #chosen(): ChosenRate[] {
    const runs = this.#tuning.map((task) => ({ plan: task.plan, result: folderOf(task).result() }));
    const finished = runs.flatMap(({ plan, result }) => (result ? [{ plan, result }] : []));
    return finished.length === runs.length ? chooseRates(finished) : [];
  }

  #results(): RunTask[] {
    const { subject, config, dataset } = this.part;
    const chosen = this.#chosen();
    const rateOf = (activation: string, optimizer: PlannedRun['optimizer']) =>
      chosen.find((choice) => choice.activation === activation && choice.optimizer === optimizer)?.learningRate ?? ratesOf(config, optimizer)[0] ?? config.learningRate;
    return resultRuns(subject, config, dataset, rateOf).map((plan) => this.#task(plan));
  }

  #task(plan: PlannedRun): RunTask {
    const { subject, config, dataset } = this.part;
    return { subject, config, plan, trainCount: trainCountOf(dataset.train.count, config) };
  }

  #listed(task: RunTask): ListedRun<RunTask> {
    const { subject, config, plan, trainCount } = task;
    const { optimizer, activation, seed, learningRate, perturbation, purpose } = plan;
    const tuning = purpose === 'tuning';
    const depth = subject.model === 'apl-net' ? `depth ${config.depths.join(', ')}` : '';
    const details = [depth, tuning ? `rate ${learningRate}` : '', config.seeds.length > 1 && !tuning ? `seed ${seed}` : '', perturbation === 0 ? '' : `moved by ${perturbation}`];
    return {
      task,
      key: JSON.stringify([subject.experiment, depth, config.initialization, config.epochs, purpose, activation, optimizer, tuning ? learningRate : seed, perturbation]),
      label: [subject.experiment, activation, optimizer, ...details].filter((text) => text !== '').join(' '),
      kind: `${subject.model}/${subject.family}${depth}`,
      steps: stepsOf(trainCount, config) * plan.epochs,
      expectedStepMs: EXPECTED_STEP_MS[subject.model][subject.family] * (config.batchSize / 64),
      lanes: this.lanes,
    };
  }
}

const isOpen = (task: RunTask): boolean => folderOf(task).status() !== 'done';
