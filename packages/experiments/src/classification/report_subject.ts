import * as tf from '@cuda-activations/runtime';
import { readPreset } from '../config/presets';
import type { ImageDataset } from '../data/dataset';
import { describeEnvironment } from '../runs/environment';
import type { EpochMetrics, RunResult } from '../train/trainer';
import type { ClassificationConfig } from './config';
import { folderOf, type RunTask } from './execute';
import type { ReportRow, ReportSubject, StepTiming } from './report/rows';
import type { ClassificationSubject } from './subject';
import type { TrainedPart } from './part_plan';

/** What a report is made for. */
export interface ReportedPart {
  readonly subject: ClassificationSubject;
  readonly config: ClassificationConfig;
  readonly dataset: ImageDataset;
  readonly preset: string;
}

/** Options that change which runs there are, how fast they come or where they lie, but not what a run gives. */
const NEUTRAL: readonly (keyof ClassificationConfig)[] = ['activations', 'optimizers', 'perturbations', 'timingSteps', 'threads', 'processes', 'epochs'];

/** Whether a configuration is the authors' protocol on their images: the preset `paper` in all that decides a number. */
export function comparability({ subject, config, dataset }: Pick<ReportedPart, 'subject' | 'config' | 'dataset'>): ReportSubject['comparable'] {
  const paper = readPreset(subject.experiment, 'paper');
  const different = Object.entries(paper).some(([key, value]) => !NEUTRAL.includes(key as keyof ClassificationConfig) && JSON.stringify(config[key as keyof ClassificationConfig]) !== JSON.stringify(value));
  const official = dataset.source !== 'synthetic' && config.integrity === 'official' && dataset.name === (subject.family === 'mnist' ? 'mnist' : 'cifar10');
  if (different || !official) return 'no';
  return config.epochs === paper['epochs'] ? 'whole' : 'first epochs';
}

/** The finished runs of a part, as a report shows them. */
export function reportSubject(part: ReportedPart, trained: TrainedPart | undefined, timings: readonly StepTiming[] = []): ReportSubject {
  const { subject, config, dataset, preset } = part;
  const tasks = trained?.results ?? [];
  const rows = tasks.map((task) => ({ task, row: rowOf(task) }));
  return {
    experiment: subject.experiment,
    title: subject.title,
    preset,
    dataset: dataset.title,
    synthetic: dataset.source === 'synthetic',
    comparable: comparability(part),
    notes: dataset.notes,
    config: { ...config },
    environment: describeEnvironment({ tensorflow: tf.tensorflowVersion(), devices: tf.devices().map(({ name }) => name), dataset: dataset.name, dataHash: dataset.hash }),
    rows: rows.flatMap(({ row }) => row ?? []),
    timings,
    chosen: trained?.chosen ?? [],
    missing: rows.flatMap(({ task, row }) => (row ? [] : [task.plan.id])),
  };
}

function rowOf(task: RunTask): ReportRow | undefined {
  const row = finishedRow(task);
  return row?.result.test ? { ...row, result: { ...row.result, test: row.result.test } } : undefined;
}

/** A finished run, tested or not. */
export function finishedRow(task: RunTask): (Omit<ReportRow, 'result'> & { readonly result: RunResult }) | undefined {
  const folder = folderOf(task);
  const result = folder.result();
  if (!result) return undefined;
  const { id: runId, activation, optimizer, seed, learningRate, perturbation } = task.plan;
  return { runId, activation, optimizer, seed, learningRate, perturbation, result, metrics: folder.metrics<EpochMetrics>() };
}
