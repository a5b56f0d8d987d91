import * as path from 'node:path';
import { UsageError } from '../config/errors';
import type { ImageDataset } from '../data/dataset';
import type { ExperimentContext } from '../experiment';
import { Interrupted } from '../runs/interrupt';
import { textTable } from '../report/table';
import type { ClassificationConfig } from './config';
import { DataCache, loadDataset } from './data_cache';
import { folderOf, specificationOf } from './execute';
import type { TrainedPart } from './part_plan';
import { trainAll, trainedSoFar } from './train_all';
import { resultTable } from './report/result_table';
import type { StepTiming } from './report/rows';
import { writeReport } from './report/write';
import { reportSubject } from './report_subject';
import type { ClassificationSubject } from './subject';
import { timeSteps, TimingStore } from './timing';

/** Loads the images, tries learning rates where there is a choice, trains every run that is not finished, times the steps, and reports. */
export async function runClassification(subject: ClassificationSubject, config: ClassificationConfig, context: ExperimentContext): Promise<void> {
  const { print } = context;
  const folder = path.join(config.runsDir, subject.experiment);
  const cache = new DataCache();
  try {
    const dataset = await cache.dataset(subject, config, print);
    print(`data: ${dataset.title}, ${dataset.train.count} training and ${dataset.test.count} test images${dataset.directory === null ? '' : ` from ${dataset.directory}`}`);
    const [trained] = await trainAll([{ subject, config, dataset }], cache, context);
    const timings = await timeAll(path.join(folder, 'timing'), cache, dataset, subject, config, context);
    if (context.report) await writeResults(subject, config, dataset, trained, timings, context);
  } finally {
    cache.dispose();
  }
}

/** Reports the runs that are finished, and the step times that were measured, as they are. */
export async function reportClassification(subject: ClassificationSubject, config: ClassificationConfig, context: ExperimentContext): Promise<void> {
  const dataset = await loadDataset(subject, config, context.print);
  const store = new TimingStore(path.join(config.runsDir, subject.experiment, 'timing'));
  const trained = trainedSoFar({ subject, config, dataset });
  if (!trained.results.some((task) => folderOf(task).status() === 'done')) throw noFinishedRun(subject, config);
  const timings = config.activations.flatMap((activation) => store.find(activation, timingIdentity(subject, config, dataset, activation)) ?? []);
  await writeResults(subject, config, dataset, trained, timings, context);
}

/** Why there is nothing to report. */
export function noFinishedRun(subject: ClassificationSubject, config: ClassificationConfig): UsageError {
  return new UsageError(`runsDir: ${path.join(config.runsDir, subject.experiment)} holds no finished run of this configuration`);
}

async function writeResults(subject: ClassificationSubject, config: ClassificationConfig, dataset: ImageDataset, trained: TrainedPart | undefined, timings: readonly StepTiming[], context: ExperimentContext): Promise<void> {
  const { print } = context;
  const folder = path.join(config.runsDir, subject.experiment);
  const report = reportSubject({ subject, config, dataset, preset: context.preset }, trained, timings);
  print(`\n${dataset.source === 'synthetic' ? 'embedded procedural images (not a benchmark): ' : ''}${dataset.title}, preset ${context.preset}`);
  print(textTable(resultTable(report)));
  await writeReport(path.join(folder, 'report'), report);
  print(`\nreport: ${path.join(folder, 'report', 'report.html')} (also report.md, figures/, *.csv)`);
}

async function timeAll(
  folder: string,
  cache: DataCache,
  dataset: ImageDataset,
  subject: ClassificationSubject,
  config: ClassificationConfig,
  context: ExperimentContext,
): Promise<readonly StepTiming[]> {
  const [optimizer] = config.optimizers;
  const [seed = 0] = config.seeds;
  if (config.timingSteps === 0 || optimizer === undefined) return [];
  const store = new TimingStore(folder);
  const pause = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const signal = context.interrupted();
    if (signal) throw new Interrupted(signal, `interrupted by ${signal} while timing; all runs are finished\nto go on from there: ${context.command}`);
  };
  const timings: StepTiming[] = [];
  for (const activation of config.activations) {
    const specification = specificationOf(subject, config, dataset, activation, seed);
    const { batchSize, timingSteps } = config;
    const measure = async () => {
      context.print(`timing ${activation}: ${timingSteps} steps fused and stock, alternating`);
      return timeSteps(specification, { optimizer, learningRate: config.learningRate, momentum: config.momentum }, await cache.device(subject, config, seed), batchSize, timingSteps, pause);
    };
    timings.push(await store.get(activation, timingIdentity(subject, config, dataset, activation), config.force, measure));
  }
  return timings;
}

/** All that a timing depends on. */
function timingIdentity(subject: ClassificationSubject, config: ClassificationConfig, dataset: ImageDataset, activation: string): Readonly<Record<string, unknown>> {
  const { batchSize, timingSteps, threads, optimizers: [optimizer], seeds: [seed = 0] } = config;
  return { ...specificationOf(subject, config, dataset, activation, seed), implementation: 'both', optimizer, batchSize, timingSteps, threads };
}
