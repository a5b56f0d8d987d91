import type * as tf from '@cuda-activations/runtime';
import { type BiasOperands, fusedBiasActivation } from '../kernels/bias';
import { fusedGatedActivation, fusedGatedActivationPair } from '../kernels/gated';
import { type DataFormat } from '../kernels/ops';
import { fusedApl, fusedPRelu } from '../kernels/per_channel';
import { fusedActivation, fusedActivationGrad, fusedActivationGradFromOutput } from '../kernels/pointwise';
import { prepare } from '../kernels/prepared';
import { alongAxis, fusedRowActivation, fusedRowActivationGrad } from '../kernels/rowwise';
import { requireBackend } from '../kernels/register';
import { describe } from '../registry/describe';
import type { ActivationInfo, ResolvedActivation } from '../registry/types';
import { tfjs } from '../tensorflow/tfjs';

const { Tensor } = tfjs;

/** @throws an Error where the tensor is not a live float32 tensor */
function floatTensor(name: string, tensor: tf.Tensor): void {
  if (!(tensor instanceof Tensor)) throw new TypeError(`${name} must be a tensor, got ${describe(tensor)}`);
  if (tensor.isDisposed) throw new Error(`${name} is disposed`);
  if (tensor.dtype !== 'float32') throw new TypeError(`${name} must be a float32 tensor, got ${tensor.dtype}; cast it with tf.cast`);
}

function sameShape(name: string, tensor: tf.Tensor, otherName: string, other: tf.Tensor): void {
  floatTensor(name, tensor);
  if (!tfjs.util.arraysEqual(tensor.shape, other.shape)) {
    throw new Error(`${name} must have the shape of ${otherName}, [${other.shape.join(', ')}], got [${tensor.shape.join(', ')}]`);
  }
}

const formats: readonly DataFormat[] = ['channelsLast', 'channelsFirst'];

/** Index of the channel dimension. */
function channelAxis(x: tf.Tensor, dataFormat: DataFormat): number {
  if (!formats.includes(dataFormat)) throw new RangeError(`dataFormat must be ${formats.map((format) => `"${format}"`).join(' or ')}, got ${describe(dataFormat)}`);
  const least = dataFormat === 'channelsFirst' ? 2 : 1;
  if (x.rank < least) throw new Error(`x must have at least ${String(least)} dimensions for ${dataFormat}, got [${x.shape.join(', ')}]`);
  return dataFormat === 'channelsFirst' ? 1 : x.rank - 1;
}

export function pointwise(x: tf.Tensor, activation: ResolvedActivation): tf.Tensor {
  requireBackend();
  floatTensor('x', x);
  return fusedActivation(x, prepare(activation));
}

export function pointwiseGradient(x: tf.Tensor, dy: tf.Tensor, activation: ResolvedActivation): tf.Tensor {
  requireBackend();
  floatTensor('x', x);
  sameShape('dy', dy, 'x', x);
  return fusedActivationGrad(dy, x, prepare(activation));
}

export function pointwiseGradientFromOutput(y: tf.Tensor, dy: tf.Tensor, activation: ResolvedActivation): tf.Tensor {
  requireBackend();
  floatTensor('y', y);
  sameShape('dy', dy, 'y', y);
  return fusedActivationGradFromOutput(dy, y, prepare(activation));
}

export function bias(x: tf.Tensor, biasTensor: tf.Tensor, activation: ResolvedActivation, operands: BiasOperands): tf.Tensor {
  requireBackend();
  floatTensor('x', x);
  floatTensor('bias', biasTensor);
  const channels = x.shape[channelAxis(x, operands.dataFormat)];
  if (biasTensor.rank !== 1 || biasTensor.size !== channels) {
    throw new Error(`bias must have the shape [${String(channels)}], one for each channel of x, got [${biasTensor.shape.join(', ')}]`);
  }
  if (operands.residual) sameShape('residual', operands.residual, 'x', x);
  if (operands.dropout) {
    const { rate, state } = operands.dropout;
    if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout.rate must be in [0, 1), got ${describe(rate)}`);
    if (!(state instanceof Tensor) || state.dtype !== 'int32' || state.rank !== 1 || state.size !== 2)
      throw new TypeError(`dropout.state must be an int32 tensor of shape [2], seed and counter, got ${describe(state)}`);
  }
  return fusedBiasActivation(x, biasTensor, prepare(activation), operands);
}

export function gated(a: tf.Tensor, b: tf.Tensor | undefined, info: ActivationInfo, dataFormat: DataFormat): tf.Tensor {
  requireBackend();
  if (b) {
    floatTensor('a', a);
    sameShape('b', b, 'a', a);
    return fusedGatedActivationPair(a, b, info);
  }
  floatTensor('x', a);
  const channels = a.shape[channelAxis(a, dataFormat)] ?? 0;
  if (channels % 2 !== 0) throw new Error(`x must have an even number of channels, got ${String(channels)} in [${a.shape.join(', ')}]`);
  return fusedGatedActivation(a, info, dataFormat);
}

/** Index of the axis that rows lie along. */
function rowAxis(x: tf.Tensor, axis: number): number {
  if (x.rank === 0) throw new Error('x must have at least 1 dimension, got a scalar');
  if (!Number.isInteger(axis) || axis < -x.rank || axis >= x.rank) throw new RangeError(`axis must be a whole number in [${String(-x.rank)}, ${String(x.rank)}), got ${describe(axis)}`);
  return axis < 0 ? axis + x.rank : axis;
}

export function rowwise(x: tf.Tensor, info: ActivationInfo, axis: number): tf.Tensor {
  requireBackend();
  floatTensor('x', x);
  return alongAxis(rowAxis(x, axis), [x], (rows) => fusedRowActivation(rows as tf.Tensor, info));
}

export function rowwiseGradient(x: tf.Tensor, dy: tf.Tensor, info: ActivationInfo, axis: number): tf.Tensor {
  requireBackend();
  floatTensor('x', x);
  sameShape('dy', dy, 'x', x);
  return tfjs.tidy(() => alongAxis(rowAxis(x, axis), [x, dy], (rows, upstream) => fusedRowActivationGrad(upstream as tf.Tensor, fusedRowActivation(rows as tf.Tensor, info), info)));
}

export function rowwiseGradientFromOutput(y: tf.Tensor, dy: tf.Tensor, info: ActivationInfo, axis: number): tf.Tensor {
  requireBackend();
  floatTensor('y', y);
  sameShape('dy', dy, 'y', y);
  return alongAxis(rowAxis(y, axis), [y, dy], (rows, upstream) => fusedRowActivationGrad(upstream as tf.Tensor, rows as tf.Tensor, info));
}

/** Whether a parameter of this shape fits x: [channels], [1] or x's shape without the batch. */
function requireParameter(name: string, shape: readonly number[], x: tf.Tensor, dataFormat: DataFormat): void {
  const channels = x.shape[channelAxis(x, dataFormat)];
  const fits = shape.length === 1 ? shape[0] === 1 || shape[0] === channels : shape.length === x.rank - 1 && shape.every((size, i) => size === x.shape[i + 1]);
  if (fits) return;
  throw new Error(
    `${name} must hold one value, one for each of the ${String(channels)} channels, or one for each position of x, [${x.shape.join(', ')}], got [${shape.join(', ')}]`,
  );
}

export function prelu(x: tf.Tensor, slope: tf.Tensor, dataFormat: DataFormat): tf.Tensor {
  requireBackend();
  floatTensor('x', x);
  floatTensor('slope', slope);
  requireParameter('slope', slope.shape, x, dataFormat);
  return fusedPRelu(x, slope, dataFormat);
}

export function apl(x: tf.Tensor, a: tf.Tensor, b: tf.Tensor, dataFormat: DataFormat): tf.Tensor {
  requireBackend();
  floatTensor('x', x);
  floatTensor('a', a);
  sameShape('b', b, 'a', a);
  if (a.rank < 2) throw new Error(`a must have the shape [segments, channels], got [${a.shape.join(', ')}]`);
  requireParameter('a, for each segment,', a.shape.slice(1), x, dataFormat);
  return fusedApl(x, a, b, dataFormat);
}
