import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { createBert, loadBert, saveBert } from '@cuda-activations/models';
import { presetNames, readPreset } from '../config/presets';
import { resolveOptions } from '../config/resolve';
import { prepareExperiment } from '../prepare';
import { paperBert } from '../reference/paper_bert';
import { RunFolder } from '../runs/run_folder';
import type { EpochMetrics, RunResult } from '../train/trainer';
import { parseFeedForward } from './activations';
import { bertOptions, PAPER_BERT_ACTIVATIONS, type BertRunConfig } from './config';
import { runBert } from './run';
import { BERT_SUBJECTS, bertSubject } from './subject';
import { weightsFolder } from './weights';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bert-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

const TINY = {
  dataset: 'synthetic', syntheticTrain: 100, syntheticDev: 30, hiddenSize: 8, intermediateSize: 16, layers: 1, maxLength: 32, activations: ['gelu'], epochs: 2, batchSize: 16, learningRate: 0.01, traceSteps: 2,
};

async function run(name: string, more: Record<string, unknown> = {}, polls = Infinity): Promise<string[]> {
  let looks = 0;
  const lines: string[] = [];
  const config: BertRunConfig = bertOptions.parse({ ...TINY, ...more, runsDir: path.join(folder, name) });
  await runBert(bertSubject('bert-sst2'), config, {
    name: 'bert-sst2', preset: 'quick', command: 'activations run bert-sst2 --again', print: (line) => { lines.push(line); }, report: true, interrupted: () => (++looks > polls ? 'SIGINT' : undefined),
  });
  return lines;
}

const runsOf = (name: string): string[] => fs.readdirSync(path.join(folder, name, 'bert-sst2')).filter((id) => id !== 'report').map((id) => path.join(folder, name, 'bert-sst2', id));

function outcomes(name: string): unknown[] {
  return runsOf(name).map((run) => {
    const kept = new RunFolder<unknown, RunResult>(run);
    return { id: path.basename(run), result: { ...kept.result(), seconds: 0, processorSeconds: 0 }, metrics: kept.metrics<EpochMetrics>().map((line) => ({ ...line, seconds: 0, processorSeconds: 0 })) };
  });
}

test.each(BERT_SUBJECTS)('every preset of $experiment is valid', async ({ experiment }) => {
  const names = presetNames(experiment);
  expect(names).toEqual(expect.arrayContaining(['quick', 'paper', 'corrected']));
  for (const name of names) {
    const { config } = await prepareExperiment(experiment, name, {});
    expect(resolveOptions(bertOptions, [{ name, values: readPreset(experiment, name) }])).toMatchObject(config);
  }
  const { activations } = (await prepareExperiment(experiment, 'paper', {})).config as { activations: string[] };
  expect([...activations].sort()).toEqual([...PAPER_BERT_ACTIVATIONS].sort());
  for (const activation of activations) expect(paperBert(experiment, activation)?.accuracy).toBeGreaterThan(50);
});

test('with dropout, a schedule and batches of like length, a run that was interrupted gives the numbers of one that was not', async () => {
  const options = { activations: ['swiglu'], warmup: 0.3, decay: 'linear', optimizer: 'adamw', weightDecay: 0.1, clipNorm: 1 };
  await run('whole', options);
  for (const polls of [4, 9]) {
    await expect(run('stopped', options, polls)).rejects.toThrow(/interrupted by SIGINT; the checkpoint is in .*checkpoint\nto go on from there: activations run bert-sst2 --again/);
    expect((await run('stopped', options)).join('\n')).toMatch(/resumes after step \d+ of 10/);
    expect(outcomes('stopped')).toEqual(outcomes('whole'));
    fs.rmSync(path.join(folder, 'stopped'), { recursive: true });
  }
}, 120_000);

test('the same, where the activation comes gradually and every sentence has one length', async () => {
  const options = { activations: ['square'], gradual: 0.6, lengths: 'fixed' };
  await run('whole', options);
  await expect(run('stopped', options, 6)).rejects.toThrow(/interrupted/);
  await run('stopped', options);
  expect(outcomes('stopped')).toEqual(outcomes('whole'));
  await run('at once', { ...options, gradual: 0 });
  expect(outcomes('at once')[0]).not.toMatchObject({ metrics: (outcomes('whole')[0] as { metrics: unknown }).metrics });
}, 120_000);

test('several seeds are one report with the majority beside every result, statistics, curves and an export; no tensor is left', async () => {
  await run('warm');
  const before = tf.memory().numTensors;
  const results = path.join(folder, 'results');
  const lines = await run('runs', { activations: ['gelu', 'glu'], seeds: [1, 2], epochs: 1, resultsDir: results });
  expect(tf.memory().numTensors).toBe(before);
  expect(lines.join('\n')).toMatch(/test accuracy \d+\.\d\d % \(majority \d+\.\d\d %\), weighted F1/);
  const report = fs.readFileSync(path.join(folder, 'runs', 'bert-sst2', 'report', 'report.md'), 'utf8');
  for (const text of ['These sentences are made by a program', 'trained from scratch', 'majority %', 'weighted F1', 'difference to gelu', '### Dev accuracy, adam']) expect(report).toContain(text);
  const figures = (name: string) => fs.readdirSync(path.join(folder, name, 'bert-sst2', 'report', 'figures'));
  expect(figures('runs')).toEqual(expect.arrayContaining(['gradients-steps.svg', 'loss-steps.png']));
  expect(figures('warm')).toContain('val-accuracy.svg');
  // One epoch makes no curve.
  expect(figures('runs')).not.toContain('val-accuracy.svg');
  expect(fs.readFileSync(path.join(folder, 'runs', 'bert-sst2', 'report', 'steps.csv'), 'utf8')).toMatch(/,glu,2,4,classifier,/);
  const exported = JSON.parse(fs.readFileSync(path.join(results, 'bert-sst2.json'), 'utf8')) as { runs: { epochs: { trace: { step: number }[][] }; gradientNorms: Record<string, number[]> }[] };
  expect(exported.runs).toHaveLength(4);
  expect(exported.runs[0]?.epochs.trace[0]?.map(({ step }) => step)).toEqual([2, 4, 5]);
  expect(Object.keys(exported.runs[0]?.gradientNorms ?? {})).toEqual(['layer 1', 'classifier']);
}, 120_000);

test('local weights are fine-tuned with another activation; a vocabulary or length that does not fit is named', async () => {
  const weights = path.join(folder, 'local');
  const config = { vocabularySize: 400, hiddenSize: 8, layers: 5, heads: 2, intermediateSize: 16, activation: 'gelu' as const, maxPositions: 40 };
  const model = createBert({ config });
  saveBert(model, { ...config, ...{ gatedWidth: 'half', typeVocabularySize: 2, hiddenDropout: 0.1, attentionDropout: 0.1, classifierDropout: 0.1, initializerRange: 0.02, layerNormEpsilon: 1e-12, paddingId: 0, classes: 2 } as const }, weights);
  model.dispose();
  const words = [...'abcdefghijklmnopqrstuvwxyz.,'];
  const vocabulary = path.join(folder, 'vocab.txt');
  fs.writeFileSync(vocabulary, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...words, ...words.map((word) => `##${word}`)].join('\n'));
  await expect(run('loaded', { weights, epochs: 1 })).rejects.toThrow(/weights: .*local: expected a tokenizer\.json or vocab\.txt there/);
  await expect(run('loaded', { weights, vocabulary, maxLength: 64 })).rejects.toThrow(/maxLength: expected at most 40, the positions of .*, got 64/);
  const lines = await run('loaded', { weights, vocabulary, activations: ['gelu', 'swiglu'], gatedWidth: 'half', epochs: 1 });
  expect(lines.join('\n')).toContain('network: local: 5 layers x 8, weights loaded; vocabulary vocab.txt (60)');
  const [first] = outcomes('loaded') as { metrics: EpochMetrics[] }[];
  expect(Object.keys(first?.metrics[0]?.gradientNorms ?? {})).toEqual(['layer 1', 'layer 4', 'classifier']);
  fs.writeFileSync(vocabulary, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...Array.from({ length: 400 }, (_, i) => `word${i}`)].join('\n'));
  await expect(run('loaded', { weights, vocabulary, epochs: 1 })).rejects.toThrow(/vocabulary: expected at most the 400 entries of .*, got 404/);
}, 120_000);

test('a kept model is what transformers reads, and has the weights of the run; a finished run without one is trained again', async () => {
  await run('kept', { epochs: 1 });
  const [lacking] = runsOf('kept');
  expect(fs.existsSync(path.join(lacking ?? '', 'model'))).toBe(false);
  const [first] = outcomes('kept');
  await run('kept', { epochs: 1, keepModel: true });
  expect(outcomes('kept')).toEqual([first]);
  const { model, config, fresh } = loadBert(path.join(lacking ?? '', 'model'));
  model.dispose();
  expect([fresh, config.hiddenSize, config.activation]).toEqual([[], 8, 'gelu']);
  expect((await run('kept', { epochs: 1, keepModel: true })).join('\n')).toContain('1 of 1 runs are finished already');
}, 120_000);

test('names what is wrong with an activation, a data set, a gradual gate', async () => {
  expect(() => parseFeedForward('apl')).toThrow(/activations: .*apl/);
  await expect(prepareExperiment('bert-cola', 'quick', { dataset: 'sst2' })).rejects.toThrow('dataset: this experiment takes auto, cola, synthetic, got sst2');
  expect(() => weightsFolder(path.join(folder, 'nowhere'))).toThrow(/weights: .*nowhere does not exist; expected the folder of a BERT, or bert-base-uncased/);
  await expect(prepareExperiment('bert-cola', 'quick', { gradual: 0.5 })).rejects.toThrow(/gradual: GELU cannot turn into glu, swiglu/);
});
