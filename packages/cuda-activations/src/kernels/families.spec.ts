import * as tf from '@cuda-activations/runtime';
import { apl, type BiasTensorOptions, biasActivation, geglu, prelu, swiglu } from '../index';
import { farthest, relativeTo } from '../testing/compare';
import { withoutLeak } from '../testing/memory';
import { normal } from '../testing/samples';

const tensor = (shape: number[], seed: number, deviation = 1): tf.Tensor => tf.tensor(normal(tf.util.sizeFromShape(shape), seed, deviation), shape);

/** Throws unless two tensors agree element by element. */
function expectClose(actual: tf.Tensor, expected: tf.Tensor, tolerance = 1e-5): void {
  expect(actual.shape).toEqual(expected.shape);
  const values = expected.dataSync();
  expect(farthest(values, actual.dataSync(), (v) => v, relativeTo(1), tolerance)).toBeNull();
}

type Function = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Values and gradients of a fused function against those of stock ops, and second derivatives as told. */
function expectSame(fused: Function, stock: Function, inputs: tf.Tensor[], second: typeof expectSecondStock | typeof expectSecondDifference, tolerance = 1e-5): void {
  const y = withoutLeak(() => fused(...inputs));
  expectClose(y, tf.tidy(() => stock(...inputs)), tolerance);
  const dy = tensor(y.shape, 99);
  const gradients = withoutLeak(() => tf.grads(fused)(inputs, dy));
  const expected = tf.grads(stock)(inputs, dy);
  gradients.forEach((gradient, i) => {
    expectClose(gradient, expected[i] as tf.Tensor, 4 * tolerance);
  });
  second(fused, stock, inputs, dy);
  tf.dispose([y, dy, ...gradients, ...expected]);
}

/** Gradients of one number made of all gradients. */
const secondGradients = (f: Function, inputs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] =>
  tf.grads((...args: tf.Tensor[]) => tf.addN(tf.grads(f)(args, dy).map((g, i) => tf.sum(tf.mul(g, i + 0.5)))))(inputs);

/** For piecewise linear functions, whose second derivatives stock ops have. */
function expectSecondStock(fused: Function, stock: Function, inputs: tf.Tensor[], dy: tf.Tensor): void {
  const [ours, theirs] = [withoutLeak(() => secondGradients(fused, inputs, dy)), secondGradients(stock, inputs, dy)];
  ours.forEach((gradient, i) => {
    expectClose(gradient, theirs[i] as tf.Tensor, 2e-4);
  });
}

/** For smooth functions: stock tfjs loses the second derivative of ops that save their output (tanh, sigmoid, exp). */
function expectSecondDifference(fused: Function, _: Function, inputs: tf.Tensor[], dy: tf.Tensor): void {
  const h = 0.01;
  const ours = withoutLeak(() => secondGradients(fused, inputs, dy));
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, v) => total + v, 0);
  inputs.forEach((input, i) => {
    const direction = tensor(input.shape, 200 + i);
    const at = (step: number): number =>
      tf.tidy(() => sum(tf.grads(fused)(inputs.map((each, j) => (i === j ? tf.add(each, tf.mul(direction, step)) : each)), dy).map((g, j) => (j + 0.5) * sum(g.dataSync()))));
    const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    const slope = sum(tf.tidy(() => tf.mul(ours[i] as tf.Tensor, direction).dataSync()));
    expect(Math.abs(slope - difference)).toBeLessThan(0.01 * Math.max(1, Math.abs(difference)));
    direction.dispose();
  });
  tf.dispose(ours);
}

/** A channel vector as it broadcasts against a channels-first tensor. */
const spread = (v: tf.Tensor, rank: number): tf.Tensor => tf.reshape(v, [v.size, ...new Array<number>(rank - 2).fill(1)]);

describe.each(['channelsLast', 'channelsFirst'] as const)('%s', (dataFormat) => {
  const shape = dataFormat === 'channelsLast' ? [4, 3, 5, 6] : [4, 6, 3, 5];
  const perChannel = (v: tf.Tensor): tf.Tensor => (dataFormat === 'channelsLast' ? v : spread(v, 4));

  test('bias + smooth activation', () => {
    expectSame(
      (x, b) => biasActivation(x, b as tf.Tensor, { activation: 'softplus', dataFormat }),
      (x, b) => tf.softplus(tf.add(x as tf.Tensor, perChannel(b as tf.Tensor))),
      [tensor(shape, 1), tensor([6], 2)],
      expectSecondDifference,
    );
  });

  test.each([['tanh', tf.tanh], ['mish', (z: tf.Tensor) => tf.mul(z, tf.tanh(tf.softplus(z)))]] as const)('bias + residual + %s', (activation, stock) => {
    expectSame(
      (x, b, residual) => biasActivation(x as tf.Tensor, b as tf.Tensor, { activation, residual: residual as tf.Tensor, dataFormat }),
      (x, b, residual) => stock(tf.add(tf.add(x as tf.Tensor, perChannel(b as tf.Tensor)), residual as tf.Tensor)) as tf.Tensor,
      [tensor(shape, 3), tensor([6], 4), tensor(shape, 5)],
      expectSecondDifference,
    );
  });

  test('gated, packed', () => {
    const axis = dataFormat === 'channelsLast' ? 3 : 1;
    expectSame(
      (x) => swiglu(x as tf.Tensor, { dataFormat }),
      (x) => {
        const [a, b] = tf.split(x as tf.Tensor, 2, axis) as [tf.Tensor, tf.Tensor];
        return tf.mul(a, tf.mul(b, tf.sigmoid(b)));
      },
      [tensor(shape, 6)],
      expectSecondDifference,
    );
  });

  test('prelu', () => {
    expectSame(
      (x, slope) => prelu(x as tf.Tensor, slope as tf.Tensor, { dataFormat }),
      (x, slope) => tf.sub(tf.relu(x as tf.Tensor), tf.mul(perChannel(slope as tf.Tensor), tf.relu(tf.neg(x as tf.Tensor)))),
      [tensor(shape, 7), tensor([6], 8)],
      expectSecondStock,
    );
  });

  test.each([1, 5])('apl of %i segments', (segments) => {
    expectSame(
      (x, a, b) => apl(x as tf.Tensor, a as tf.Tensor, b as tf.Tensor, { dataFormat }),
      (x, a, b) => {
        const part = (of: tf.Tensor, s: number): tf.Tensor => perChannel(tf.reshape(tf.gather(of, tf.tensor1d([s], 'int32')), [6]));
        let y = tf.relu(x as tf.Tensor);
        for (let s = 0; s < segments; s++) y = tf.add(y, tf.mul(part(a as tf.Tensor, s), tf.relu(tf.sub(part(b as tf.Tensor, s), x as tf.Tensor))));
        return y;
      },
      [tensor(shape, 9), tensor([segments, 6], 10), tensor([segments, 6], 11)],
      expectSecondStock,
      2e-5,
    );
  });
});

test('gated, two tensors', () => {
  expectSame(
    (a, b) => geglu(a as tf.Tensor, b as tf.Tensor),
    (a, b) => tf.mul(a as tf.Tensor, tf.mul(b as tf.Tensor, tf.mul(0.5, tf.add(1, tf.erf(tf.div(b as tf.Tensor, Math.SQRT2)))))),
    [tensor([7, 5], 12), tensor([7, 5], 13)],
    expectSecondDifference,
  );
});

test('parameters shared by all, and one per position', () => {
  const x = tensor([4, 3, 5], 14);
  const stock: Function = (v, slope) => tf.sub(tf.relu(v as tf.Tensor), tf.mul(slope as tf.Tensor, tf.relu(tf.neg(v as tf.Tensor))));
  for (const slope of [tensor([1], 15), tensor([3, 5], 16)]) expectSame((v, s) => prelu(v as tf.Tensor, s as tf.Tensor), stock, [x, slope], expectSecondStock);
});

describe('dropout', () => {
  const state = tf.tensor1d([7, 3], 'int32');
  const options: BiasTensorOptions = { activation: 'gelu', dropout: { rate: 0.4, state } };

  test('is that of the typed arrays', () => {
    const [x, bias] = [normal(600, 17), normal(6, 18)];
    const y = biasActivation(tf.tensor2d(x, [100, 6]), tf.tensor1d(bias), options);
    expect(y.dataSync()).toEqual(biasActivation(x, bias, { activation: 'gelu', dropout: { rate: Math.fround(0.4), seed: 7, counter: 3 } }));
  });

  test('gradients use the same mask', () => {
    const [x, bias] = [tensor([100, 6], 19), tensor([6], 20)];
    const mask = tf.tidy(() => tf.notEqual(biasActivation(tf.ones([100, 6]), tf.zeros([6]), { dropout: { rate: 0.4, state } }), 0).toFloat().div(0.6));
    const stock: Function = (v, b) => {
      const z = tf.add(v as tf.Tensor, b as tf.Tensor);
      return tf.mul(mask, tf.mul(z, tf.mul(0.5, tf.add(1, tf.erf(tf.div(z, Math.SQRT2))))));
    };
    expectSame((v, b) => biasActivation(v as tf.Tensor, b as tf.Tensor, options), stock, [x, bias], expectSecondDifference);
    const residual = tensor([100, 6], 21);
    expectSame(
      (v, b, r) => biasActivation(v as tf.Tensor, b as tf.Tensor, { ...options, residual: r as tf.Tensor }),
      (v, b, r) => stock(tf.add(v as tf.Tensor, r as tf.Tensor), b as tf.Tensor),
      [x, bias, residual],
      expectSecondDifference,
    );
  });
});

test('parameter gradients have the same bits at every call', () => {
  const [x, a, b] = [tensor([64, 16, 16, 32], 22), tensor([5, 32], 23), tensor([5, 32], 24)];
  const gradients = (): tf.Tensor[] => tf.grads((...args: tf.Tensor[]) => apl(args[0] as tf.Tensor, args[1] as tf.Tensor, args[2] as tf.Tensor))([x, a, b]);
  const bytes = (): Buffer[] => gradients().map((g) => Buffer.from(g.dataSync().slice().buffer));
  const first = bytes();
  for (let i = 0; i < 5; i++) expect(bytes().map((each, j) => each.equals(first[j] as Buffer))).toEqual([true, true, true]);
});

describe('refusals', () => {
  const x = tf.ones([2, 4]);

  test.each<[string, () => unknown, string]>([
    ['a bias of another length', () => biasActivation(x, tf.ones([3])), 'bias must have the shape [4], one for each channel of x, got [3]'],
    ['a residual of another shape', () => biasActivation(x, tf.ones([4]), { residual: tf.ones([4]) }), 'residual must have the shape of x, [2, 4], got [4]'],
    ['a rate of 1', () => biasActivation(x, tf.ones([4]), { dropout: { rate: 1, state: tf.zeros([2], 'int32') } }), 'dropout.rate must be in [0, 1), got 1'],
    ['a float state', () => biasActivation(x, tf.ones([4]), { dropout: { rate: 0.1, state: tf.zeros([2]) } }), 'dropout.state must be an int32 tensor of shape [2]'],
    ['an odd number of channels', () => swiglu(tf.ones([2, 3])), 'x must have an even number of channels, got 3 in [2, 3]'],
    ['operands of two shapes', () => swiglu(x, tf.ones([2, 3])), 'b must have the shape of a, [2, 4], got [2, 3]'],
    ['a slope that does not fit', () => prelu(x, tf.ones([3])), 'slope must hold one value, one for each of the 4 channels, or one for each position of x, [2, 4], got [3]'],
    ['hinges without segments', () => apl(x, tf.ones([4]), tf.ones([4])), 'a must have the shape [segments, channels], got [4]'],
    ['hinges of two shapes', () => apl(x, tf.ones([2, 4]), tf.ones([3, 4])), 'b must have the shape of a, [2, 4], got [3, 4]'],
    ['a gated activation after a bias', () => biasActivation(x, tf.ones([4]), { activation: 'glu' as 'relu' }), 'activation: glu is of family gated'],
    ['channels-first vectors', () => prelu(tf.ones([3]), tf.ones([3]), { dataFormat: 'channelsFirst' }), 'x must have at least 2 dimensions for channelsFirst, got [3]'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('the ops refuse on their own', () => {
  const run = (op: string, attributes: tf.OpAttributes, inputs: tf.Tensor[], outputs = 1): (() => unknown) => () =>
    tf.executeOp(`CudaActivations>${op}`, attributes, inputs, outputs);
  const x = tf.ones([2, 4]);

  test.each<[string, () => unknown, RegExp]>([
    ['an unknown function', run('FusedActivation', { function: 'rulu' }, [x]), /attribute function must be one of linear, relu, .*, got 'rulu'/],
    ['too many parameters', run('FusedActivation', { function: 'elu', parameters: [1, 2] }, [x]), /attribute parameters of elu must hold 1 values or none, got 2/],
    ['a parameter out of range', run('FusedActivation', { function: 'elu', parameters: [-1] }, [x]), /alpha/],
    ['a derivative that needs x', run('FusedActivationGrad', { function: 'gelu', from_output: true }, [x, x]), /attribute from_output must be false for gelu/],
    ['another type', run('FusedActivation', { function: 'relu' }, [tf.ones([2], 'int32')]), /'T' of int32 is not in the list|No OpKernel|not in the list of allowed values/],
    ['saved of another shape', run('FusedActivationGrad', { function: 'relu' }, [x, tf.ones([4, 2])]), /saved must have the shape of dy, \[2,4\], got \[4,2\]/],
    ['a bias of another length', run('FusedBiasActivation', { function: 'relu' }, [x, tf.ones([3])]), /bias must have the shape \[4\], got \[3\]/],
    ['a rate without a state', run('FusedBiasActivation', { function: 'relu', dropout_rate: 0.5 }, [x, tf.ones([4])]), /attribute dropout_rate 0.5 needs a dropout_state/],
    ['two residuals', run('FusedBiasActivation', { function: 'relu', num_residuals: 2 }, [x, tf.ones([4]), x, x]), /attribute num_residuals must be 0 or 1, got 2/],
    ['a wrong source', run('FusedBiasActivationGrad', { function: 'gelu', source: 'output' }, [x, x], 2), /source 'output' needs a function whose derivative is one of its output/],
    ['three gates', run('FusedGatedActivation', { T: 'float32', function: 'glu', num_inputs: 3 }, [x, x, x]), /attribute num_inputs must be 1 or 2, got 3/],
    ['odd channels', run('FusedGatedActivation', { T: 'float32', function: 'glu' }, [tf.ones([3])]), /even number of channels, got 3/],
    ['a slope that does not fit', run('PRelu', {}, [x, tf.ones([3])]), /slope must hold one value, .*got \[3\]/],
    ['hinges that do not fit', run('AdaptivePiecewiseLinear', {}, [x, tf.ones([2, 3]), tf.ones([2, 3])]), /a must hold for each segment one value, .*got \[2,3\]/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
    try {
      call();
    } catch (error) {
      expect((error as { code?: string }).code).toMatch(/INVALID_ARGUMENT|NOT_FOUND/);
    }
  });
});
