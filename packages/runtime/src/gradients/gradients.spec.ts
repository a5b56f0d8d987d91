import * as tf from '../index';
import { difference, gradientError, values, withStock } from './testing/numeric';

const grad = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor => tf.grad((input: tf.Tensor) => tf.sum(tf.mul(f(input), values(f(x).shape, 7))))(x);

describe.each<[string, (x: tf.Tensor) => tf.Tensor, number[]]>([
  ['relu', (x) => tf.relu(x), [4, 5]],
  ['relu6', (x) => tf.relu6(tf.mul(x, 5)), [4, 5]],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.3), [4, 5]],
  ['leakyRelu with a negative slope', (x) => tf.leakyRelu(x, -0.5), [4, 5]],
  ['selu', (x) => tf.selu(x), [4, 5]],
  ['elu', (x) => tf.elu(x), [4, 5]],
  ['sum of all', (x) => tf.sum(x), [3, 4]],
  ['sum over a middle axis', (x) => tf.sum(x, 1), [2, 3, 4]],
  ['sum, dimensions kept', (x) => tf.sum(x, [0, 2], true), [2, 3, 4]],
  ['mean of all', (x) => tf.mean(x), [3, 4]],
  ['mean over a negative axis', (x) => tf.mean(x, -2), [2, 3, 4]],
  ['tile of a vector', (x) => tf.tile(x, [3]), [4]],
  ['tile of some dimensions', (x) => tf.tile(x, [2, 1, 3]), [1, 4, 2]],
  ['tile of nothing', (x) => tf.tile(x, [1, 1]), [2, 3]],
  ['x + bias', (x) => tf.add(x, tf.tensor1d([1, 2, 3])), [2, 4, 3]],
  ['bias + x, with respect to the bias', (x) => tf.add(values([2, 5, 3], 3), x), [3]],
  ['x + x', (x) => tf.add(x, x), [3, 3]],
  ['broadcast in the middle', (x) => tf.add(values([2, 5, 3], 3), x), [2, 1, 3]],
  ['scalar + matrix', (x) => tf.add(x, values([2, 3], 3)), []],
])('gradient of %s', (_name, f, shape) => {
  afterEach(() => tf.disposeVariables());

  it('agrees with finite differences', () => expect(gradientError(f, values(shape))).toBeLessThan(5e-3));

  it('agrees with stock', () => {
    const x = values(shape);
    const stock = withStock(() => grad(f, x));
    expect(difference(grad(f, x), stock)).toBeLessThan(1e-5);
  });

  it('leaks nothing', () => {
    const x = values(shape);
    const before = tf.memory().numTensors;
    tf.dispose(grad(f, x));
    const { numTensors } = tf.memory();
    tf.dispose(grad(f, x));
    expect(tf.memory().numTensors - numTensors).toBe(numTensors - before);
    expect(tf.tidy(() => { grad(f, x); return tf.memory().numTensors; })).toBeGreaterThan(before);
  });
});

test('tile has a gradient at rank 5, where stock has none', () => {
  const repeated = (x: tf.Tensor): tf.Tensor => tf.tile(x, [2, 1, 1, 2, 1]);
  expect(() => withStock(() => grad(repeated, values([1, 2, 3, 1, 2])))).toThrow('not implemented for rank-5');
  expect(gradientError(repeated, values([1, 2, 3, 1, 2]))).toBeLessThan(5e-3);
});

describe('explicit padding', () => {
  const around: [[number, number], [number, number], [number, number], [number, number]] = [[0, 0], [1, 1], [1, 1], [0, 0]];
  const filter = values([3, 3, 2, 3], 5) as tf.Tensor4D;

  it.each([
    ['convolution, input', (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter, 2, around, 'NHWC', 1), [2, 6, 6, 2]],
    ['convolution of an odd image, input', (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter, 2, around, 'NHWC', 1), [1, 7, 5, 2]],
    ['convolution, filter', (x: tf.Tensor) => tf.conv2d(values([2, 6, 6, 2], 8) as tf.Tensor4D, x as tf.Tensor4D, 2, around, 'NHWC', 1), [3, 3, 2, 3]],
    ['max pool', (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 3, 2, around), [2, 6, 6, 2]],
    ['average pool', (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 3, 2, around), [2, 6, 6, 2]],
    ['average pool, rounded up', (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, 2, 3, 1, 'ceil'), [1, 6, 6, 1]],
    ['average pool in three dimensions', (x: tf.Tensor) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 1, 'floor'), [1, 3, 3, 3, 1]],
    ['max pool in three dimensions', (x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 1, 'floor'), [1, 3, 3, 3, 1]],
  ])('gradient of the %s agrees with finite differences', (_name, f, shape) => {
    expect(gradientError(f, values(shape))).toBeLessThan(5e-3);
  });

  it.each([
    ['convolution, input', (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter, 2, around, 'NHWC', 1), [2, 6, 6, 2], 'Conv2DBackpropInput'],
    ['convolution, filter', (x: tf.Tensor) => tf.conv2d(values([2, 6, 6, 2], 8) as tf.Tensor4D, x as tf.Tensor4D, 2, around, 'NHWC', 1), [3, 3, 2, 3], 'Conv2DBackpropFilter'],
    ['max pool', (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 3, 2, around), [2, 6, 6, 2], 'MaxPoolGrad'],
  ] as const)('the gradient of the %s has no explicit padding, which leaves oneDNN', (_name, f, shape, op) => {
    const compiled = tf.compile((x: tf.Tensor) => tf.grad((v: tf.Tensor) => tf.sum(f(v)))(x));
    const graph = compiled.toGraphDef(values([...shape])).toString('latin1');
    expect([graph.includes(op), graph.includes('EXPLICIT')]).toEqual([true, false]);
    compiled.dispose();
  });

  it('convolves as over zeros that were put around the image', () => {
    const x = values([2, 6, 6, 2]) as tf.Tensor4D;
    const padded = tf.conv2d(tf.pad(x, around) as tf.Tensor4D, filter, 2, 'valid');
    expect(difference(tf.conv2d(x, filter, 2, around, 'NHWC', 1), padded)).toBeLessThan(1e-5);
  });
});

describe('configureRepairs', () => {
  it('names an unknown repair and those there are', () => {
    expect(() => tf.configureRepairs({ nonsense: true } as never)).toThrow(/unknown repair "nonsense"; there are: activations, reductions/);
    expect(() => tf.configureRepairs({ biases: 1 } as never)).toThrow(/repair "biases": expected true or false, but got 1/);
  });

  it('switches single repairs, and gives stock back', () => {
    const ours = tf.getGradient(tf.Relu);
    expect(tf.configureRepairs({ activations: false })).toMatchObject({ activations: false, reductions: true });
    const stock = tf.getGradient(tf.Relu);
    expect(stock).not.toBe(ours);
    expect(stock.inputsToSave).toEqual(['x']);
    tf.configureRepairs({ activations: true });
    expect(tf.getGradient(tf.Relu).outputsToSave).toEqual([true]);
  });
});
