import * as tf from '@cuda-activations/runtime';
import { countParameters, namedParameters } from '../weights/named_parameters';
import { torchWeights } from '../weights/torch_weights';
import { createBert, encoderLayers } from './create_bert';
import { uncasedTokenizer } from './tokenizer';
import { PAPER_ACTIVATIONS, type PaperActivation } from './testing/paper_activations';
import { inDouble, ReferenceBert } from './testing/reference_bert';
import { BATCH, integers, TINY, tinyBert } from './testing/tiny';

const { ids, mask, types, labels } = BATCH;
const SIZES = { layers: TINY.layers, heads: TINY.heads, epsilon: 1e-12 };
const STEP = 1e-5;

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));

describe.each(PAPER_ACTIVATIONS.map((row): [string, PaperActivation] => [JSON.stringify(row), row]))('%s', (_, { activation, gatedWidth, reference }) => {
  const model = tinyBert({ config: { activation, ...(gatedWidth ? { gatedWidth } : {}) } });
  const weights = inDouble(torchWeights(model));
  const bert = new ReferenceBert(weights, SIZES, reference);

  it('has the logits of the reference in double to 1e-5', () => {
    const actual = model.apply([integers(ids), integers(mask)]) as tf.Tensor;
    expect(actual.shape).toEqual([3, 3]);
    expect(largestDifference(actual.dataSync(), bert.logits(ids, mask).flat())).toBeLessThan(1e-5);
  });

  it('has the gradients of the reference in double to 1e-5, eager and compiled', () => {
    const parameters = namedParameters(model);
    const gradients = (): tf.Tensor[] => {
      const { grads } = tf.variableGrads(
        () => tf.losses.sparseSoftmaxCrossEntropy(tf.tensor1d(labels, 'int32'), model.apply([integers(ids), integers(mask)], { training: false }) as tf.Tensor) as tf.Scalar,
        parameters.map(({ variable }) => variable),
      );
      return parameters.map(({ variable }) => grads[variable.name] as tf.Tensor);
    };
    const [eager, compiled] = [gradients(), tf.compile(gradients)()];
    const loss = (): number => bert.loss(ids, mask, labels);
    parameters.forEach(({ name, toTorch }, i) => {
      const { data } = weights[name] as (typeof weights)[string];
      const expected = Array.from(data, (value, j) => {
        data[j] = value + STEP;
        const above = loss();
        data[j] = value - STEP;
        const below = loss();
        data[j] = value;
        return (above - below) / (2 * STEP);
      });
      for (const found of [eager, compiled]) expect([name, largestDifference(toTorch((found[i] as tf.Tensor).dataSync() as Float32Array), expected) < 1e-5]).toEqual([name, true]);
    });
    expect(bert.nearestToKink).toBeGreaterThan(10 * STEP);
  });
});

describe('createBert', () => {
  it('takes token types, at which sequences change', () => {
    const model = tinyBert({ tokenTypes: true });
    const expected = new ReferenceBert(inDouble(torchWeights(model)), SIZES, (PAPER_ACTIVATIONS.find(({ activation }) => activation === 'gelu') as PaperActivation).reference);
    const actual = (model.apply([ids, mask, types].map(integers)) as tf.Tensor).dataSync();
    expect(largestDifference(actual, expected.logits(ids, mask, types).flat())).toBeLessThan(1e-5);
    expect(largestDifference(actual, expected.logits(ids, mask).flat())).toBeGreaterThan(0.01);
  });

  it('gives a sequence the same logits with any amount of padding, and finite ones to padding alone', () => {
    const model = tinyBert();
    const logits = (rows: number[][], kept: number[][]): Float32Array => (model.apply([integers(rows), integers(kept)]) as tf.Tensor).dataSync() as Float32Array;
    const short = logits([[2, 5, 3]], [[1, 1, 1]]);
    expect(largestDifference(short, logits([[2, 5, 3, 0, 0, 0]], [[1, 1, 1, 0, 0, 0]]))).toBeLessThan(1e-6);
    expect(largestDifference(short, logits([[2, 5, 3, 9]], [[1, 1, 1, 0]]))).toBeLessThan(1e-6);
    expect(logits([[0, 0]], [[0, 0]]).every(Number.isFinite)).toBe(true);
  });

  it('gives an empty sentence, which is its special tokens alone, the same logits by itself and among others', () => {
    const tokenizer = uncasedTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'good', 'bad'], 'test');
    const model = tinyBert();
    const logits = (sentences: string[]): Float32Array => {
      const { ids: padded, mask: kept, shape } = tokenizer.pad(sentences.map((text) => tokenizer.encode(text, TINY.maxPositions)));
      return (model.apply([tf.tensor2d(padded, [...shape], 'int32'), tf.tensor2d(kept, [...shape], 'int32')]) as tf.Tensor).dataSync() as Float32Array;
    };
    const alone = logits(['']);
    expect(alone.every(Number.isFinite)).toBe(true);
    expect(largestDifference(alone, logits(['', 'good bad good']))).toBeLessThan(1e-6);
    // The end of a sentence that is too long is cut off, so that what comes there is nothing to the model.
    expect(logits([`${'good '.repeat(9)}bad`])).toEqual(logits(['good '.repeat(9)]));
  });

  it('names an id that the vocabulary lacks', () => {
    expect(() => tinyBert().apply([integers([[2, 13, 3]]), integers([[1, 1, 1]])])).toThrow(/13.*not in \[0, 13\)/);
  });

  it('names a sequence that is longer than the positions', () => {
    const long = Array.from({ length: 8 }, () => 1);
    expect(() => tinyBert().apply([integers([long]), integers([long])])).toThrow('ids: expected at most 7 tokens a sequence, got 8');
  });

  it('drops in training alone, by the masks of its generator', () => {
    const random = new tf.RandomState(3);
    const model = tinyBert({ random });
    const inputs = [integers(ids), integers(mask)];
    const run = (training: boolean): number[] => Array.from((model.apply(inputs, { training }) as tf.Tensor).dataSync());
    const state = random.getState();
    const [first, second] = [run(true), run(true)];
    random.setState(state);
    expect(run(true)).toEqual(first);
    expect(second).not.toEqual(first);
    expect(run(false)).toEqual(run(false));
    expect(run(false)).not.toEqual(first);
  });

  it('changes gradually from one activation to another', () => {
    const share = tf.variable(tf.scalar(0));
    const blended = tinyBert({ config: { activation: 'relu' }, blend: { from: 'gelu', share } });
    const run = (model: tf.LayersModel): Float32Array => (model.apply([integers(ids), integers(mask)]) as tf.Tensor).dataSync() as Float32Array;
    expect(largestDifference(run(blended), run(tinyBert({ config: { activation: 'gelu' } })))).toBeLessThan(1e-6);
    share.assign(tf.scalar(1));
    expect(largestDifference(run(blended), run(tinyBert({ config: { activation: 'relu' } })))).toBeLessThan(1e-6);
    expect(() => tinyBert({ config: { activation: 'glu' }, blend: { from: 'gelu', share } })).toThrow('blend: glu is gated');
  });

  it('shows what a feed-forward block sees', () => {
    const model = tinyBert();
    const [layer] = encoderLayers(model);
    const x = tf.randomNormal<tf.Rank.R3>([2, 3, 4], 0, 1, 'float32', 1);
    const none = tf.zeros<tf.Rank.R4>([2, 1, 1, 3]);
    const { preactivation, feedForward, output } = (layer as NonNullable<typeof layer>).trace(x, none);
    expect(preactivation.shape).toEqual([6, 6]);
    const { data: kernel } = torchWeights(model)['bert.encoder.layer.0.output.dense.weight'] as { data: Float32Array };
    const { data: bias } = torchWeights(model)['bert.encoder.layer.0.output.dense.bias'] as { data: Float32Array };
    const { reference } = PAPER_ACTIVATIONS.find(({ activation }) => activation === 'gelu') as PaperActivation;
    const expected = (preactivation.arraySync() as number[][]).flatMap((row) => Array.from(bias, (value, o) => reference(row).reduce((sum, f, i) => sum + f * (kernel[6 * o + i] as number), value)));
    expect(largestDifference(feedForward.dataSync(), expected)).toBeLessThan(1e-5);
    expect(output.dataSync()).toEqual((layer?.apply([x, none]) as tf.Tensor).dataSync());
  });

  it('has the parameters of bert-base-uncased, of the two gated forms fewer and as many', () => {
    const small = { vocabularySize: 100, hiddenSize: 768, layers: 1, heads: 12, intermediateSize: 3072 };
    const count = (config: object): number => {
      const model = createBert({ config: { ...small, ...config } });
      const parameters = countParameters(model);
      model.dispose();
      return parameters;
    };
    const embeddings = (100 + 512 + 2 + 2) * 768;
    const attention = 4 * (768 * 768 + 768) + 2 * 768;
    const head = 768 * 768 + 768 + 2 * 768 + 2;
    const feedForward = (before: number, after: number): number => 768 * before + before + after * 768 + 768 + 2 * 768;
    expect(count({})).toBe(embeddings + attention + head + feedForward(3072, 3072));
    expect(count({ activation: 'glu' })).toBe(embeddings + attention + head + feedForward(3072, 1536));
    expect(count({ activation: 'glu', gatedWidth: 'twoThirds' })).toBe(embeddings + attention + head + feedForward(4096, 2048));
  });

  it('trains compiled without a tensor left behind', () => {
    const model = tinyBert();
    const optimizer = tf.optimizers.adam(0.02);
    const step = tf.compile((a: tf.Tensor2D, b: tf.Tensor2D, c: tf.Tensor1D) =>
      optimizer.minimize(() => tf.losses.sparseSoftmaxCrossEntropy(c, model.apply([a, b], { training: true }) as tf.Tensor) as tf.Scalar, true),
    );
    const inputs = [integers(ids), integers(mask), tf.tensor1d(labels, 'int32')] as const;
    const losses = Array.from({ length: 60 }, () => tf.tidy(() => (step(...inputs) as tf.Scalar).dataSync()[0] as number));
    expect(losses.at(-1)).toBeLessThan(0.6 * (losses[0] as number));
    const before = tf.memory().numTensors;
    (step(...inputs) as tf.Scalar).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    [{ heads: 3 }, 'heads: expected a divisor of the hidden size 4, got 3'],
    [{ layers: 0 }, 'layers: expected an integer of at least 1, got 0'],
    [{ hiddenDropout: 1 }, 'hiddenDropout: expected a number in [0, 1), got 1'],
    [{ activation: 'glu', intermediateSize: 5 }, 'intermediateSize: expected an even number'],
    [{ activation: 'softmax' }, 'softmax is of family rowwise'],
    [{ paddingId: 99 }, "paddingId: expected an id below the vocabulary's 13, got 99"],
  ] as const)('refuses %j', (config, message) => {
    expect(() => tinyBert({ config })).toThrow(message);
  });
});
