import * as tf from '@cuda-activations/runtime';
import { assignTorch, namedParameters, type NamedParameter } from '../weights/named_parameters';
import { BatchNorm2d } from './batch_norm2d';
import { Conv2d } from './conv2d';
import { Dropout } from './dropout';
import { convolve, pool } from './padded_ops';
import { AveragePool2d, MaxPool2d } from './pool2d';
import { expectClose, randomImage, toTensor } from './testing/compare';
import * as reference from './testing/reference';

/** A model of one layer, its weights set to normal values. */
function modelOf(layer: tf.layers.Layer, inputShape: readonly number[]): { model: tf.LayersModel; parameters: NamedParameter[] } {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [...inputShape] }), layer] });
  const parameters = namedParameters(model);
  for (const [i, parameter] of parameters.entries()) {
    const size = parameter.torchShape.reduce((product, length) => product * length, 1);
    assignTorch(parameter, Float32Array.from(randomImage([1, 1, 1, size], i + 1).data));
  }
  return { model, parameters };
}

const valuesOf = ({ toTorch, variable }: NamedParameter): Float32Array => toTorch(variable.dataSync() as Float32Array);

const WINDOWS = [
  // height, width, kernel, stride, padding: the convolutions of both networks, and odd ones out
  [7, 7, 5, 1, 0],
  [6, 5, 3, 1, 1],
  [8, 8, 3, 2, 1],
  [7, 9, 3, 2, 1],
  [8, 6, 1, 2, 0],
  [14, 14, 7, 2, 3],
  [6, 7, 4, 3, 2],
  [2, 2, 3, 2, 1],
] as const;

describe('Conv2d', () => {
  it.each(WINDOWS)('%i x %i by %i, stride %i, padding %i', (height, width, kernelSize, stride, padding) => {
    const { model, parameters } = modelOf(new Conv2d({ name: 'conv', filters: 4, kernelSize, stride, padding }), [height, width, 3]);
    const image = randomImage([2, height, width, 3]);
    const [weight, bias] = parameters as [NamedParameter, NamedParameter];
    const expected = reference.conv2d(image, { shape: weight.torchShape, data: valuesOf(weight) }, valuesOf(bias), stride, padding);
    const actual = model.apply(toTensor(image)) as tf.Tensor;
    expect(actual.shape).toEqual(expected.shape);
    expect(model.outputShape).toEqual([null, ...expected.shape.slice(1)]);
    expectClose(actual.dataSync(), expected.data);
  });

  it.each(WINDOWS)('gradients of %i x %i by %i, stride %i, padding %i', (height, width, size, stride, padding) => {
    const x = toTensor(randomImage([2, height, width, 3]));
    const kernel = toTensor(randomImage([size, size, 3, 4], 1));
    const direct = (input: tf.Tensor, filter: tf.Tensor): tf.Tensor => {
      const sides: [number, number] = [padding, padding];
      return tf.conv2d(tf.pad(input, [[0, 0], sides, sides, [0, 0]]) as tf.Tensor4D, filter as tf.Tensor4D, stride, 'valid');
    };
    const ours = (input: tf.Tensor, filter: tf.Tensor): tf.Tensor => convolve(input as tf.Tensor4D, filter as tf.Tensor4D, stride, padding);
    const dy = tf.randomNormal(direct(x, kernel).shape, 0, 1, 'float32', 7);
    const [dx, dKernel] = tf.grads(ours)([x, kernel], dy) as [tf.Tensor, tf.Tensor];
    const [expectedDx, expectedDKernel] = tf.grads(direct)([x, kernel], dy) as [tf.Tensor, tf.Tensor];
    expectClose(dx.dataSync(), expectedDx.dataSync());
    expectClose(dKernel.dataSync(), expectedDKernel.dataSync());
  });

  it('refuses arguments that make no convolution', () => {
    expect(() => new Conv2d({ filters: 0, kernelSize: 3 })).toThrow('filters: expected an integer of at least 1, got 0');
    expect(() => new Conv2d({ filters: 1, kernelSize: 3, padding: -1 })).toThrow('padding: expected an integer of at least 0, got -1');
    expect(() => modelOf(new Conv2d({ filters: 1, kernelSize: 9 }), [4, 4, 1])).toThrow('a window of 9 with padding 0 does not fit into 4');
  });
});

describe('pooling that hangs over the edge', () => {
  it.each([
    ['max', 32, 0],
    ['max', 7, 1],
    ['average', 16, 0],
    ['average', 8, 0],
    ['average', 8, 1],
  ] as const)('%s of %i, padding %i', (kind, side, padding) => {
    const options = { poolSize: 3, stride: 2, padding, rounding: 'ceil' } as const;
    const { model } = modelOf(kind === 'max' ? new MaxPool2d(options) : new AveragePool2d(options), [side, side, 2]);
    const image = randomImage([2, side, side, 2]);
    const expected = (kind === 'max' ? reference.maxPool2d : reference.averagePool2d)(image, 3, 2, padding, 'ceil');
    const actual = model.apply(toTensor(image)) as tf.Tensor;
    expect(actual.shape).toEqual(expected.shape);
    expect(model.outputShape).toEqual([null, ...expected.shape.slice(1)]);
    expectClose(actual.dataSync(), expected.data);
  });

  it('refuses another rounding', () => {
    expect(() => new AveragePool2d({ poolSize: 2, stride: 2, rounding: 'round' as 'ceil' })).toThrow('rounding: expected one of floor, ceil, got "round"');
  });
});

describe('Dropout', () => {
  const x = tf.ones([64, 100]);
  const apply = (layer: tf.layers.Layer, training: boolean): Float32Array => (layer.apply(x, { training }) as tf.Tensor).dataSync() as Float32Array;

  it('drops the share, keeps the mean, draws anew each step, and does nothing in evaluation', () => {
    const layer = new Dropout({ rate: 0.25, seed: 3 });
    const [first, second] = [apply(layer, true), apply(layer, true)];
    const dropped = first.filter((value) => value === 0).length / first.length;
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.02);
    expect(new Set(first)).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(first).not.toEqual(second);
    expect(new Set(apply(layer, false))).toEqual(new Set([1]));
  });

  it('passes gradients where it passes values, and goes on from its state', () => {
    const [layer, copy] = [new Dropout({ rate: 0.5, seed: 1 }), new Dropout({ rate: 0.5, seed: 2 })];
    apply(copy, true);
    apply(layer, true);
    copy.setWeights(layer.getWeights());
    const dx = tf.grad((input: tf.Tensor) => layer.apply(input, { training: true }) as tf.Tensor)(x).dataSync();
    expect(dx).toEqual(apply(copy, true));
  });

  it('refuses a rate of 1', () => {
    expect(() => new Dropout({ rate: 1, seed: 0 })).toThrow('rate: expected a number from 0 to below 1, got 1');
  });
});

describe('MaxPool2d', () => {
  it.each([
    [8, 8, 2, 2, 0],
    [8, 8, 3, 2, 1],
    [7, 5, 3, 2, 1],
    [7, 5, 2, 2, 0],
  ])('%i x %i by %i, stride %i, padding %i', (height, width, poolSize, stride, padding) => {
    const { model } = modelOf(new MaxPool2d({ poolSize, stride, padding }), [height, width, 3]);
    // Below zero everywhere: a padded zero would win.
    const image = reference.map(randomImage([2, height, width, 3]), (value) => value - 10);
    const expected = reference.maxPool2d(image, poolSize, stride, padding);
    const actual = model.apply(toTensor(image)) as tf.Tensor;
    expect(actual.shape).toEqual(expected.shape);
    expect(Array.from(actual.dataSync())).toEqual(Array.from(Float32Array.from(expected.data)));
  });

  it('sends each gradient to the place that won', () => {
    const image = randomImage([1, 5, 6, 2]);
    const overlapping = (x: tf.Tensor): tf.Tensor => pool('max', x as tf.Tensor4D, { size: 3, stride: 2, padding: 1, rounding: 'floor' });
    const dy = tf.ones(overlapping(toTensor(image)).shape);
    const dx = tf.grad(overlapping)(toTensor(image), dy).dataSync();
    const expected = new Float32Array(image.data.length);
    for (let y = 0; y < 3; y++)
      for (let x = 0; x < 3; x++)
        for (let c = 0; c < 2; c++) {
          let best: [value: number, index: number] = [-Infinity, -1];
          for (let i = 2 * y - 1; i <= 2 * y + 1; i++)
            for (let j = 2 * x - 1; j <= 2 * x + 1; j++) {
              const value = reference.at(image, 0, i, j, c) ?? -Infinity;
              if (value > best[0]) best = [value, (i * 6 + j) * 2 + c];
            }
          expected[best[1]] = (expected[best[1]] as number) + 1;
        }
    expect(Array.from(dx)).toEqual(Array.from(expected));
  });

  it('refuses a padding of more than half of the window', () => {
    expect(() => new MaxPool2d({ poolSize: 3, stride: 2, padding: 2 })).toThrow('padding: expected an integer from 0 to half of the window of 3, got 2');
  });
});

describe('BatchNorm2d', () => {
  const image = reference.map(randomImage([3, 4, 5, 6]), (value) => 2 * value + 3);

  it('normalises by the running statistics outside training, and leaves them alone', () => {
    const { model, parameters } = modelOf(new BatchNorm2d({ name: 'bn' }), [4, 5, 6]);
    const [gamma, beta, mean, variance] = parameters as [NamedParameter, NamedParameter, NamedParameter, NamedParameter];
    assignTorch(variance, Float32Array.from([0.5, 1, 1.5, 2, 2.5, 3]));
    const before = [valuesOf(mean).slice(), valuesOf(variance).slice()];
    const expected = reference.batchNorm2d(image, valuesOf(mean), valuesOf(variance), valuesOf(gamma), valuesOf(beta), 1e-5);
    expectClose((model.apply(toTensor(image)) as tf.Tensor).dataSync(), expected.data);
    expect([valuesOf(mean), valuesOf(variance)]).toEqual(before);
  });

  it('normalises by the batch in training; running statistics take a tenth of its mean and unbiased variance', () => {
    const { model, parameters } = modelOf(new BatchNorm2d({ name: 'bn' }), [4, 5, 6]);
    const [gamma, beta, mean, variance] = parameters as [NamedParameter, NamedParameter, NamedParameter, NamedParameter];
    const [oldMean, oldVariance] = [valuesOf(mean).slice(), valuesOf(variance).slice()];
    const batch = reference.moments(image);
    const expected = reference.batchNorm2d(image, batch.mean, batch.variance, valuesOf(gamma), valuesOf(beta), 1e-5);
    expectClose((model.apply(toTensor(image), { training: true }) as tf.Tensor).dataSync(), expected.data);
    expectClose(valuesOf(mean), batch.mean.map((value, c) => 0.9 * (oldMean[c] as number) + 0.1 * value));
    expectClose(valuesOf(variance), batch.unbiased.map((value, c) => 0.9 * (oldVariance[c] as number) + 0.1 * value));
  });

  it('differentiates through the statistics of the batch', () => {
    const { model, parameters } = modelOf(new BatchNorm2d({ name: 'bn' }), [4, 5, 6]);
    const [gamma, beta] = parameters as [NamedParameter, NamedParameter];
    const weights = randomImage([3, 4, 5, 6], 9);
    const loss = (x: tf.Tensor): tf.Scalar => tf.sum(tf.mul(model.apply(x, { training: true }) as tf.Tensor, toTensor(weights)));
    const dx = tf.grad(loss)(toTensor(image)).dataSync();
    const scalar = (data: Float64Array): number => {
      const changed = { shape: image.shape, data };
      const { mean, variance } = reference.moments(changed);
      const y = reference.batchNorm2d(changed, mean, variance, valuesOf(gamma), valuesOf(beta), 1e-5);
      return y.data.reduce((sum, value, i) => sum + value * (weights.data[i] as number), 0);
    };
    const step = 1e-5;
    const differences = Array.from(image.data, (value, i) => {
      const [above, below] = [Float64Array.from(image.data), Float64Array.from(image.data)];
      above[i] = value + step;
      below[i] = value - step;
      return (scalar(above) - scalar(below)) / (2 * step);
    });
    expectClose(dx, differences, 1e-4);
  });

  it('leaves no tensors behind', () => {
    const { model } = modelOf(new BatchNorm2d(), [4, 5, 6]);
    const x = toTensor(image);
    const step = (): void => tf.tidy(() => void (model.apply(x, { training: true }) as tf.Tensor).dataSync());
    step();
    const before = tf.memory().numTensors;
    step();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses settings out of range', () => {
    expect(() => new BatchNorm2d({ epsilon: 0 })).toThrow('epsilon: expected a number above 0, got 0');
    expect(() => new BatchNorm2d({ momentum: 2 })).toThrow('momentum: expected a number from 0 to 1, got 2');
  });
});
