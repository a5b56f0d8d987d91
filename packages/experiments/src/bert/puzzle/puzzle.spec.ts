import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { createBert, encoderLayers, loadBert, torchWeights, uncasedTokenizer, wordVocabulary } from '@cuda-activations/models';
import { createSyntheticTexts } from '../../data/text/synthetic_texts';
import { presetNames } from '../../config/presets';
import { prepareExperiment } from '../../prepare';
import { bertOptions } from '../config';
import { Texts } from '../texts';
import { armsOf, puzzleActivations } from './arms';
import { measureDistances } from './distance';
import { puzzleOptions, type PuzzleConfig } from './options';
import { outcomesOf, rankCorrelation, type ArmRows } from './outcomes';
import { answers, outcomeTable } from './report';
import { reportPuzzle, runPuzzle } from './run';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'puzzle-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

const TINY = {
  dataset: 'synthetic', syntheticTrain: 120, syntheticDev: 30, layers: 1, hiddenSize: 8, intermediateSize: 16, maxLength: 32, pretrainingSteps: 6, pretrainingBatch: 8, steps: 3, batchSize: 8, learningRate: 0.001, sentences: 8,
};

async function run(changes: Partial<Record<keyof PuzzleConfig, unknown>>, name = 'runs'): Promise<string> {
  const lines: string[] = [];
  const config = puzzleOptions.parse({ ...TINY, runsDir: path.join(folder, name), ...changes });
  await runPuzzle(config, { name: 'bert-puzzle', preset: 'quick', command: 'again', print: (line) => { lines.push(line); }, report: true, interrupted: () => undefined });
  return lines.join('\n');
}
const report = (name = 'runs') => fs.readFileSync(path.join(folder, name, 'bert-puzzle', 'report', 'report.md'), 'utf8');
const runIds = (name = 'runs') => fs.readdirSync(path.join(folder, name, 'bert-puzzle')).filter((id) => id !== 'report').sort();

test('every preset is valid; a question alone trains what it needs', async () => {
  for (const preset of presetNames('bert-puzzle')) {
    // The authors' network must be at hand for theirs.
    if (preset !== 'paper') expect((await prepareExperiment('bert-puzzle', preset, {})).config).toMatchObject({ gatedWidth: 'half' });
  }
  const armsFor = (questions: readonly string[]) => armsOf(puzzleOptions.parse({ questions }), { weights: 'w', vocabulary: 'v' }, true).map(({ name, config }) => [name, config.activations.length, config.warmup, config.gradual, config.weights]);
  expect(armsFor(['distance'])).toEqual([]);
  expect(armsFor(['swish'])).toEqual([['direct', 3, 0, 0, 'w'], ['not pre-trained', 1, 0, 0, null]]);
  expect(armsFor(['warm-up'])).toEqual([['direct', 12, 0, 0, 'w'], ['warm-up', 12, 0.1, 0, 'w'], ['not pre-trained', 1, 0, 0, null]]);
  expect(armsFor(['gradual'])[1]).toEqual(['gradual', 9, 0, 0.5, 'w']);
  expect(puzzleActivations({ questions: ['gradual', 'swish'], activations: ['relu'] })).toEqual(['gelu', 'relu', 'silu', 'silu:beta=1.702']);
  await expect(prepareExperiment('bert-puzzle', 'quick', { gatedWidth: 'twoThirds' })).rejects.toThrow('gatedWidth: with twoThirds glu, swiglu cannot take the place of GELU in a pre-trained block; expected half');
  await expect(prepareExperiment('bert-puzzle', 'quick', { questions: ['why'] })).rejects.toThrow(/questions.*distance, swish, warm-up, gradual/);
});

test('distances are those of plain arithmetic, 0 for GELU, small for its sigmoid approximation', () => {
  const dataset = createSyntheticTexts('sst2', { train: 60, dev: 6 });
  const texts = new Texts(dataset, uncasedTokenizer(wordVocabulary(dataset.train.sentences), 'test'), 'test');
  const config = bertOptions.parse({ layers: 2, hiddenSize: 8, intermediateSize: 16, maxLength: 32, seeds: [3], gatedWidth: 'half' });
  const before = tf.memory().numTensors;
  const { activations, preactivations, tokens, sentences } = measureDistances(config, ['gelu', 'silu:beta=1.702', 'silu', 'sigmoid', 'glu'], texts, 5);
  expect(tf.memory().numTensors).toBe(before);
  expect(sentences).toBe(5);
  expect(tokens).toBe(dataset.dev.sentences.slice(0, 5).reduce((sum, text) => sum + texts.tokenizer.encode(text).length, 0));
  const [gelu, near, silu, sigmoid, glu] = activations.map(({ layers }) => layers);
  expect(gelu).toEqual([{ feedForward: 0, output: 0 }, { feedForward: 0, output: 0 }]);
  for (const i of [0, 1]) {
    expect(near?.[i]?.feedForward).toBeLessThan(0.25 * (silu?.[i]?.feedForward ?? 0));
    expect(silu?.[i]?.feedForward).toBeLessThan(sigmoid?.[i]?.feedForward ?? 0);
    expect(glu?.[i]?.feedForward).toBeGreaterThan(0.9);
  }

  // The first layer of the same weights: |W2 (silu(h) - gelu(h))| / |W2 gelu(h)|, biases 0, over the tokens.
  const model = createBert({ seed: 3, config: { vocabularySize: texts.tokenizer.vocabularySize, layers: 2, hiddenSize: 8, heads: 2, intermediateSize: 16, maxPositions: 32, paddingId: texts.tokenizer.paddingId } });
  const batch = texts.tokenizer.pad(dataset.dev.sentences.slice(0, 5).map((text) => texts.tokenizer.encode(text)));
  const mask = tf.tensor2d(batch.mask, [...batch.shape], 'int32');
  const embedded = model.getLayer('bert.embeddings').apply(tf.tensor2d(batch.ids, [...batch.shape], 'int32')) as tf.Tensor3D;
  const trace = encoderLayers(model)[0]?.trace(embedded, model.getLayer('mask').apply(mask) as tf.Tensor4D);
  const h = trace?.preactivation.arraySync() as number[][];
  const w2 = torchWeights(model)['bert.encoder.layer.0.output.dense.weight']?.data ?? [];
  const erf = (x: number) => { let [term, total] = [x, x]; for (let n = 1; n < 40; n++) { term *= (-x * x) / n; total += term / (2 * n + 1); } return (2 / Math.sqrt(Math.PI)) * total; };
  const functions = { gelu: (x: number) => (x / 2) * (1 + erf(x / Math.SQRT2)), silu: (x: number) => x / (1 + Math.exp(-x)) };
  const norm = (f: (x: number) => number) => Math.sqrt(h.reduce((sum, row, t) => sum + (batch.mask[t] ?? 0) * Array.from({ length: 8 }, (_, o) => row.reduce((dot, x, i) => dot + (w2[o * 16 + i] ?? 0) * f(x), 0) ** 2).reduce((a, b) => a + b, 0), 0));
  expect(silu?.[0]?.feedForward).toBeCloseTo(norm((x) => functions.silu(x) - functions.gelu(x)) / norm(functions.gelu), 5);
  const kept = h.filter((_, t) => batch.mask[t] === 1).flat();
  expect(preactivations[0]?.mean).toBeCloseTo(kept.reduce((sum, x) => sum + x, 0) / kept.length, 5);
  expect(preactivations[0]?.deviation).toBeCloseTo(Math.sqrt(kept.reduce((sum, x) => sum + x * x, 0) / kept.length - (kept.reduce((sum, x) => sum + x, 0) / kept.length) ** 2), 5);
  model.dispose();
});

test('the small encoder is trained once, others start from it without its classifier; every table says what it is', async () => {
  const results = path.join(folder, 'results');
  const options = { activations: ['relu', 'glu'], seeds: [1] };
  await run({ ...options, questions: ['distance', 'warm-up', 'gradual'], resultsDir: results });
  // Three directly and with warm-up, one gradually, one not pre-trained; and the pre-training.
  expect(runIds()).toHaveLength(3 + 3 + 1 + 1 + 1);
  const pretrained = path.join(folder, 'runs', 'bert-puzzle', runIds().find((id) => id.includes('seed0')) ?? '');
  const { fresh } = loadBert(path.join(pretrained, 'encoder'));
  expect(fresh).toEqual(['classifier.weight', 'classifier.bias']);
  expect(loadBert(path.join(pretrained, 'model')).fresh).toEqual([]);
  for (const text of ['made by a program', '(not bert-base-uncased)', 'question of the paper at small scale', '(majority class)', '(gelu, not pre-trained)', 'Rank correlation of distance and accuracy over 3 activations', 'Warm-up: ', 'Gradual change: ']) expect(report()).toContain(text);
  expect(fs.readdirSync(path.join(results)).sort()).toEqual(['direct.json', 'figures', 'gradual.json', 'not-pre-trained.json', 'report.md', 'warm-up.json']);
  expect(fs.readdirSync(path.join(results, 'figures'))).toEqual(['accuracies.svg', 'distances.svg']);
  expect(fs.readFileSync(path.join(results, 'direct.json'), 'utf8')).not.toContain(folder);

  // Another question finds everything but its own runs finished; a report alone trains nothing.
  const again = await run({ ...options, questions: ['swish'] });
  expect(again).toContain('2 of 4 runs are finished already');
  expect(again).toContain('Swish: with beta 1 ');
  expect(runIds()).toHaveLength(11);
  const config = puzzleOptions.parse({ ...TINY, ...options, runsDir: path.join(folder, 'runs'), questions: ['distance'] });
  await reportPuzzle(config, { name: 'bert-puzzle', preset: 'quick', command: 'again', print: () => undefined, report: true, interrupted: () => undefined });
  expect(report()).toContain('Nothing was trained.');
}, 240_000);

test('local weights take the place of the small encoder', async () => {
  await run({ questions: ['distance'], activations: ['relu'] }, 'first');
  const encoder = path.join(folder, 'first', 'bert-puzzle', fs.readdirSync(path.join(folder, 'first', 'bert-puzzle')).find((id) => id.includes('seed0')) ?? '', 'encoder');
  const printed = await run({ weights: encoder, questions: ['swish'] }, 'second');
  expect(printed).toContain('network: encoder: 1 layers x 8, weights loaded');
  expect(runIds('second')).toHaveLength(3);
  expect(report('second')).not.toContain('small encoder');
  await expect(run({ weights: encoder, maxLength: 64 }, 'third')).rejects.toThrow(/maxLength: expected at most 32, the positions of/);
}, 120_000);

test('outcomes count what learned and what is constant; ranks are compared', () => {
  const row = (activation: string, seed: number, valConfusion: number[]) => ({ activation, seed, metrics: [{ valConfusion }] }) as unknown as ArmRows['rows'][number];
  const arms: ArmRows[] = [
    { arm: 'direct', rows: [row('gelu', 1, [80, 20, 20, 80]), row('gelu', 2, [90, 10, 10, 90]), row('relu', 1, [70, 30, 30, 70]), row('relu', 2, [60, 40, 40, 60]), row('square', 1, [0, 100, 0, 100]), row('square', 2, [100, 0, 100, 0])] },
    { arm: 'warm-up', rows: [row('square', 1, [70, 30, 30, 70]), row('square', 2, [70, 30, 30, 70])] },
    { arm: 'not pre-trained', rows: [row('gelu', 1, [50, 50, 50, 50])] },
  ];
  const outcomes = outcomesOf(arms);
  expect(outcomes[0]).toMatchObject({ activation: 'gelu', arm: 'direct', accuracy: 85, majority: 50, constant: 0, learned: 2 });
  expect(outcomes[2]).toMatchObject({ activation: 'square', accuracy: 50, constant: 2, learned: 0 });
  const at = (activation: string, feedForward: number) => ({ activation, layers: [{ feedForward, output: feedForward }] });
  const distances = { sentences: 1, tokens: 1, preactivations: [], activations: [at('gelu', 0), at('relu', 0.2), at('square', 3)] };
  expect(rankCorrelation(distances, outcomes, 'direct')).toEqual({ count: 3, value: -1 });
  expect(outcomeTable(distances, outcomes).rows.at(-1)).toEqual(['square', '3.000', '50.00 ± 0.00', '0 / 2 of 2', '70.00 ± 0.00', '2 / 0 of 2']);
  expect(answers({ questions: ['distance', 'warm-up'], distances, arms })).toEqual([
    'The change: with GELU kept 85.00 ± 7.07 %, without pre-training 50.00 %. Of 2 other activations 1 predict one class with every seed, 1 exceed the majority class with every seed, and square is no better than a network that was not pre-trained.',
    'Distance: nearest to GELU is relu (0.200), farthest square (3.000). Rank correlation of distance and accuracy over 3 activations: -1.00.',
    'Warm-up: exceeding the majority class with every seed 1 of 1 activations, 0 without; accuracy +20.00 points in the mean, +20.00 at most (square).',
  ]);
});
