import { namedParameters, TorchGenerator, createBert, uncasedTokenizer, wordVocabulary } from '@cuda-activations/models';
import { createSyntheticTexts } from '../data/text/synthetic_texts';
import { pythonShuffle } from '../random/python_shuffle';
import { gradientGroups, groupNorms } from './gradient_groups';
import { LengthOrder } from './length_order';
import { judgeLearned, scored } from './report/judgement';
import { constantScores } from './report/tables';
import { rateAt, shareAt } from './schedule';
import { Texts } from './texts';
import { holdoutOf, TokenData, trainCountOf } from './token_data';

test('batches of like length hold every sentence once, and go on from a checkpoint', () => {
  const lengths = Array.from({ length: 997 }, (_, i) => 3 + ((i * 37) % 60));
  const order = new LengthOrder(new TorchGenerator(7), lengths, 16);
  const first = order.shuffled(997);
  expect([...first].sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
  const spread = (batch: Int32Array) => Math.max(...Array.from(batch, (i) => lengths[i] ?? 0)) - Math.min(...Array.from(batch, (i) => lengths[i] ?? 0));
  const spreads = Array.from({ length: 62 }, (_, i) => spread(first.subarray(16 * i, 16 * i + 16)));
  expect(Math.max(...spreads.slice(0, 60))).toBeLessThan(12);
  // Neither by length nor as they lie.
  const means = Array.from({ length: 62 }, (_, i) => first.subarray(16 * i, 16 * i + 16).reduce((sum, at) => sum + (lengths[at] ?? 0), 0));
  expect(means).not.toEqual([...means].sort((a, b) => a - b));
  const next = new LengthOrder(TorchGenerator.fromState(order.state()), lengths, 16).shuffled(997);
  expect(Array.from(order.shuffled(997))).toEqual(Array.from(next));
  expect(Array.from(next)).not.toEqual(Array.from(first));
});

test('the hold-out is the first sentences of the shuffle; batches are padded to the next length, or all to one', () => {
  const dataset = createSyntheticTexts('sst2', { train: 60, dev: 10 });
  const texts = new Texts(dataset, uncasedTokenizer(wordVocabulary(dataset.train.sentences), 'test'), 'test');
  const options = { lengths: 'bucketed', maxLength: 20, evaluationLimit: 0, trainLimit: 30, holdout: 1000 } as const;
  expect([holdoutOf(60, options), trainCountOf(60, options), holdoutOf(8551, options), trainCountOf(8551, { ...options, trainLimit: 0 })]).toEqual([12, 30, 1000, 7551]);
  const order = pythonShuffle(60, 42);
  const data = new TokenData(texts, options, 42);
  expect(Array.from(data.train.labels)).toEqual(Array.from(order.subarray(12, 42), (i) => dataset.train.labels[i]));
  expect(data.train.ids[0]).toEqual(texts.tokenizer.encode(dataset.train.sentences[order[12] ?? 0] ?? '', 20));
  const fixed = new TokenData(texts, { ...options, lengths: 'fixed' }, 42);
  expect(Array.from(fixed.part('test').labels)).toEqual(Array.from(order.subarray(0, 12), (i) => dataset.train.labels[i]));
  const lengths = data.part('test').ids.map((ids) => ids.length);
  expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
  const short = data.train.ids.findIndex((ids) => ids.length <= 8);
  expect(data.batch(data.train, [short]).shape).toEqual([1, 8]);
  expect(fixed.batch(fixed.train, [short]).shape).toEqual([1, 20]);
  expect(Math.max(...data.train.ids.map((ids) => ids.length))).toBeLessThanOrEqual(20);
});

test('the learning rate rises, then falls to 0 or stays; the activation comes over its share of the steps', () => {
  const linear = { learningRate: 1, warmup: 0.2, decay: 'linear', gradual: 0.5 } as const;
  expect([0, 1, 2, 6, 9].map((step) => rateAt(step, 10, linear))).toEqual([0.5, 1, 1, 0.5, 0.125]);
  expect([0, 9].map((step) => rateAt(step, 10, { ...linear, warmup: 0, decay: 'constant' }))).toEqual([1, 1]);
  expect([0, 1, 5, 9].map((step) => shareAt(step, 10, linear))).toEqual([0, 0.2, 1, 1]);
  expect(shareAt(0, 10, { ...linear, gradual: 0 })).toBe(1);
});

test('gradients are watched at layers 1, 4, 7, 10 of 12; a module has the mean of its norms', () => {
  const model = createBert({ config: { vocabularySize: 9, hiddenSize: 2, heads: 1, intermediateSize: 2, maxPositions: 4, layers: 12 } });
  const groups = gradientGroups(namedParameters(model));
  model.dispose();
  expect(groups.map(({ name, parameters }) => [name, parameters.length])).toEqual([['layer 1', 16], ['layer 4', 16], ['layer 7', 16], ['layer 10', 16], ['classifier', 2]]);
  const norms = Float32Array.from({ length: 66 }, (_, i) => (i < 64 ? Math.floor(i / 16) + 1 : 10 * (i - 63)));
  expect(groupNorms(groups, norms)).toEqual({ 'layer 1': 1, 'layer 4': 2, 'layer 7': 3, 'layer 10': 4, classifier: 15 });
});

test('what counts as learned: of the paper on CoLA GELU alone', () => {
  // Two standard errors of 70.8 % in 1,000 sentences are 2.88 points.
  expect([80.6, 73.6, 71.2, 68.3].map((accuracy) => judgeLearned(accuracy, 70.8, 1000, false))).toEqual(['learned', 'no better', 'no better', 'no better']);
  expect(judgeLearned(70.8, 70.8, 1000, true)).toBe('constant');
  expect(scored({ confusion: [0, 292, 0, 708] })).toMatchObject({ constant: true, count: 1000, majority: 70.8 });
  expect(constantScores([200, 92, 100, 608])).toMatchObject({ accuracy: 70.8, predicted: [0, 1000] });
});
