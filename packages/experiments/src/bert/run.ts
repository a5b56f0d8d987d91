import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import type { ReportSubject } from '../classification/report/rows';
import { readPreset } from '../config/presets';
import { UsageError } from '../config/errors';
import type { ExperimentContext } from '../experiment';
import { checkExportFolder, exportResults } from '../paper/export';
import { repeatCommand } from '../report/repeat_command';
import { textTable } from '../report/table';
import { describeEnvironment } from '../runs/environment';
import { bertOptions, type BertRunConfig } from './config';
import { checkModel, describeModel } from './model';
import { bertFolder, bertTasks, finishedRun, type BertTask } from './plan';
import { rowOf } from './report/row';
import { bertResultTable } from './report/tables';
import { writeBertReport } from './report/write';
import type { BertSubject } from './subject';
import { TextCache } from './text_cache';
import type { Texts } from './texts';
import { trainTasks } from './train_tasks';
import { hashWeights } from './weights';

/** Loads the sentences, trains every run that is not finished, and reports. */
export async function runBert(subject: BertSubject, config: BertRunConfig, context: ExperimentContext): Promise<void> {
  const { print } = context;
  // Now, and not after hours of training.
  if (config.resultsDir !== null) checkExportFolder(config.resultsDir, '');
  const cache = new TextCache();
  const { texts, tasks } = await prepare(subject, config, cache, print);
  const { dataset } = texts;
  print(`data: ${dataset.title}, ${dataset.train.sentences.length} training and ${dataset.dev.sentences.length} validation sentences${dataset.directory === null ? '' : ` from ${dataset.directory}`}`);
  print(`network: ${describeModel(config, texts)}`);
  await trainTasks(tasks, config, cache, context);
  if (context.report) await writeResults(subject, config, texts, tasks, context);
}

/** Reports the runs that are finished, as they are. */
export async function reportBert(subject: BertSubject, config: BertRunConfig, context: ExperimentContext): Promise<void> {
  const { texts, tasks } = await prepare(subject, config, new TextCache(), context.print);
  if (!tasks.some((task) => finishedRun(task))) throw new UsageError(`runsDir: ${path.join(config.runsDir, subject.experiment)} holds no finished run of this configuration`);
  await writeResults(subject, config, texts, tasks, context);
}

async function prepare(subject: BertSubject, config: BertRunConfig, cache: TextCache, print: (line: string) => void): Promise<{ texts: Texts; tasks: BertTask[] }> {
  const texts = await cache.texts(subject, config, print);
  checkModel(config, texts);
  return { texts, tasks: bertTasks(subject, config, texts, config.weights === null ? null : await hashWeights(config.weights)) };
}

async function writeResults(subject: BertSubject, config: BertRunConfig, texts: Texts, tasks: readonly BertTask[], { print, preset }: ExperimentContext): Promise<void> {
  const report = reportOf(subject, config, texts, tasks, preset);
  print(`\n${report.synthetic ? 'procedural sentences (not a benchmark): ' : ''}${report.dataset}, preset ${preset}`);
  print(textTable(bertResultTable(report)));
  const folder = path.join(config.runsDir, subject.experiment, 'report');
  await writeBertReport(folder, report);
  print(`\nreport: ${path.join(folder, 'report.html')} (also report.md, figures/, *.csv)`);
  if (config.resultsDir === null) return;
  exportResults(config.resultsDir, folder, [{
    name: subject.experiment, part: preset, command: repeatCommand(subject.experiment, bertOptions, config, preset), subject: report, runs: tasks.map((task) => ({ id: task.id, folder: bertFolder(task).folder })),
  }]);
  print(`exported to ${config.resultsDir}`);
}

function reportOf(subject: BertSubject, config: BertRunConfig, texts: Texts, tasks: readonly BertTask[], preset: string): ReportSubject {
  const { dataset } = texts;
  const rows = tasks.map((task) => ({ task, row: rowOf(task) }));
  return {
    experiment: subject.experiment,
    title: subject.title,
    preset,
    dataset: `${dataset.title}; ${describeModel(config, texts)}`,
    synthetic: dataset.source === 'synthetic',
    samples: 'sentences',
    comparable: comparable(subject, config, texts) ? 'whole' : 'no',
    notes: [...dataset.notes, ...(config.weights === null ? ['The encoder is small and trained from scratch. The paper fine-tunes bert-base-uncased, pre-trained with GELU; --weights=DIR does the same.'] : [])],
    config: { ...config },
    environment: describeEnvironment({ tensorflow: tf.tensorflowVersion(), devices: tf.devices().map(({ name }) => name), dataset: dataset.name, dataHash: dataset.hash }),
    rows: rows.flatMap(({ row }) => row ?? []),
    timings: [],
    chosen: [],
    missing: rows.flatMap(({ task, row }) => (row ? [] : [task.id])),
  };
}

/** Options that may differ from the preset `paper` without another result being expected. */
const NEUTRAL: readonly string[] = ['activations', 'threads', 'processes', 'traceSteps', 'dataset'];

/** Whether a configuration is the authors' protocol on their sentences, with a network of their size. */
function comparable(subject: BertSubject, config: BertRunConfig, { dataset }: Texts): boolean {
  if (dataset.source === 'synthetic' || config.integrity !== 'official' || config.weights === null) return false;
  const paper = readPreset(subject.experiment, 'paper');
  return Object.entries(paper).every(([key, value]) => NEUTRAL.includes(key) || JSON.stringify(config[key as keyof BertRunConfig]) === JSON.stringify(value));
}
