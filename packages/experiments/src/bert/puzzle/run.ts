import * as fs from 'node:fs';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import type { ReportSubject } from '../../classification/report/rows';
import { UsageError } from '../../config/errors';
import type { ExperimentContext } from '../../experiment';
import { checkExportFolder, exportResults, type ExportedPart } from '../../paper/export';
import { repeatCommand } from '../../report/repeat_command';
import { textTable } from '../../report/table';
import { describeEnvironment } from '../../runs/environment';
import { keptModel } from '../kept_model';
import { checkModel, describeModel } from '../model';
import { bertFolder, bertTasks, finishedRun, type BertTask } from '../plan';
import { rowOf } from '../report/row';
import { TextCache } from '../text_cache';
import type { Texts } from '../texts';
import { trainTasks } from '../train_tasks';
import { hashWeights } from '../weights';
import { armsOf, pretraining, puzzleActivations, puzzleSubject, type ArmName, type Encoder } from './arms';
import { measureDistances, type Distances } from './distance';
import { keptEncoder, pretrainedEncoder, pretrainingTask } from './encoder';
import { puzzleOptions, type PuzzleConfig } from './options';
import { outcomesOf } from './outcomes';
import { answers, outcomeTable, writePuzzleReport } from './report';

/** The runs of an arm. */
interface ArmTasks {
  readonly arm: ArmName;
  readonly tasks: readonly BertTask[];
}

/** Pre-trains the small encoder where no weights are given, measures distances, fine-tunes what the questions ask for, and reports. */
export async function runPuzzle(config: PuzzleConfig, context: ExperimentContext): Promise<void> {
  const { print } = context;
  if (config.resultsDir !== null) checkExportFolder(config.resultsDir, '');
  const cache = new TextCache();
  const subject = puzzleSubject(config);
  const first = await cache.texts(subject, pretraining(config), print);
  print(`data: ${first.dataset.title}`);
  print(`network: ${networkOf(config, first)}`);
  if (config.weights !== null) checkModel({ ...pretraining(config), weights: config.weights }, first);
  const encoder = config.weights === null ? await pretrainedEncoder(config, first, cache, context) : { weights: config.weights, vocabulary: config.vocabulary };
  const arms = await tasksOf(config, encoder, await textsOf(config, encoder, cache));
  // A seed after the other: a list that was stopped holds whole comparisons, and runs of one seed share their sentences.
  await trainTasks(config.seeds.flatMap((seed) => arms.flatMap(({ tasks }) => tasks.filter((task) => task.seed === seed))), pretraining({ ...config, force: config.force }), cache, context);
  if (context.report) await writeResults(config, encoder, await textsOf(config, encoder, cache), arms, context);
}

/** Reports the runs that are finished, as they are. */
export async function reportPuzzle(config: PuzzleConfig, context: ExperimentContext): Promise<void> {
  const cache = new TextCache();
  const texts = await cache.texts(puzzleSubject(config), pretraining(config), context.print);
  const task = pretrainingTask(config, texts);
  if (config.weights === null && !fs.existsSync(keptModel(bertFolder(task).folder))) throw new UsageError(`runsDir: ${path.join(config.runsDir, task.subject.experiment)} holds no pre-trained encoder of this configuration`);
  const encoder = config.weights === null ? keptEncoder(task, config, texts) : { weights: config.weights, vocabulary: config.vocabulary };
  const loaded = await textsOf(config, encoder, cache);
  const arms = await tasksOf(config, encoder, loaded);
  if (arms.length > 0 && !arms.some(({ tasks }) => tasks.some((run) => finishedRun(run)))) throw new UsageError(`runsDir: ${path.join(config.runsDir, task.subject.experiment)} holds no finished run of this configuration`);
  await writeResults(config, encoder, loaded, arms, context);
}

/** The sentences in the tokens of the encoder. */
function textsOf(config: PuzzleConfig, encoder: Encoder, cache: TextCache): Promise<Texts> {
  return cache.texts(puzzleSubject(config), { ...pretraining(config), ...encoder });
}

async function tasksOf(config: PuzzleConfig, encoder: Encoder, texts: Texts): Promise<ArmTasks[]> {
  const hash = await hashWeights(encoder.weights);
  return armsOf(config, encoder, config.weights === null).map(({ name, config: own }) => ({ arm: name, tasks: bertTasks(puzzleSubject(config), own, texts, own.weights === null ? null : hash) }));
}

/** What was pre-trained, for every heading: the paper's BERT is another network than a small encoder. */
function networkOf(config: PuzzleConfig, texts: Texts): string {
  if (config.weights !== null) return describeModel({ ...pretraining(config), weights: config.weights }, texts);
  const { layers, hiddenSize, pretrainingSteps, pretrainingBatch } = config;
  return `small encoder, ${layers} layers x ${hiddenSize}, trained here with GELU for ${pretrainingSteps} steps of ${pretrainingBatch} labelled sentences (not bert-base-uncased); vocabulary ${texts.vocabulary} (${texts.tokenizer.vocabularySize})`;
}

async function writeResults(config: PuzzleConfig, encoder: Encoder, texts: Texts, arms: readonly ArmTasks[], { print, preset }: ExperimentContext): Promise<void> {
  const distances = distancesOf(config, encoder, texts);
  const subject = subjectOf(config, texts, arms, preset);
  const rows = arms.map(({ arm, tasks }) => ({ arm, rows: tasks.flatMap((task) => rowOf(task) ?? []) }));
  const report = { subject, questions: config.questions, distances, arms: rows };
  const outcomes = outcomesOf(rows);
  if (outcomes.length > 0) print(`\n${textTable(outcomeTable(distances, outcomes))}`);
  for (const line of answers(report, outcomes)) print(`\n${line}`);
  const folder = path.join(config.runsDir, subject.experiment, 'report');
  await writePuzzleReport(folder, report);
  print(`\nreport: ${path.join(folder, 'report.html')} (also report.md, figures/, *.csv)`);
  if (config.resultsDir === null) return;
  const command = repeatCommand(subject.experiment, puzzleOptions, config, preset);
  const parts = rows.map(({ arm, rows: finished }, i): ExportedPart => ({
    name: arm.replaceAll(' ', '-'), part: arm, command, subject: { ...subject, rows: finished }, runs: (arms[i]?.tasks ?? []).map((task) => ({ id: task.id, folder: bertFolder(task).folder })),
  }));
  exportResults(config.resultsDir, folder, parts);
  print(`exported to ${config.resultsDir}`);
}

function distancesOf(config: PuzzleConfig, encoder: Encoder, texts: Texts): Distances {
  return measureDistances({ ...pretraining(config), ...encoder, seeds: config.seeds }, puzzleActivations(config), texts, config.sentences);
}

function subjectOf(config: PuzzleConfig, texts: Texts, arms: readonly ArmTasks[], preset: string): ReportSubject {
  const { experiment, title } = puzzleSubject(config);
  const { dataset } = texts;
  const small = 'The network is a small encoder that was trained here, with GELU and on the labels of the same training sentences, before the activation was changed and the classifier drawn anew. It is the question of the paper at small scale, not its network: bert-base-uncased was pre-trained on unlabelled text. --weights=DIR asks the same of it.';
  return {
    experiment, title, preset,
    dataset: `${dataset.title}; ${networkOf(config, texts)}`,
    synthetic: dataset.source === 'synthetic',
    samples: 'sentences',
    comparable: 'no',
    notes: [...dataset.notes, ...(config.weights === null ? [small] : [])],
    config: { ...config, testWeights: 'last' },
    environment: describeEnvironment({ tensorflow: tf.tensorflowVersion(), devices: tf.devices().map(({ name }) => name), dataset: dataset.name, dataHash: dataset.hash }),
    rows: [], timings: [], chosen: [],
    missing: arms.flatMap(({ tasks }) => tasks.filter((task) => !finishedRun(task)).map(({ id }) => id)),
  };
}
