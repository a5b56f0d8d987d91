import type * as tf from '@cuda-activations/runtime';
import { prepare } from './prepared';
import {
  asKernelAttributes,
  type DataFormat,
  dataFormatAttributes,
  engine,
  floatType,
  gradientConfig,
  intAttribute,
  isComposed,
  isObserved,
  type Kernel,
  kernelOfOp,
  type PreparedAttributes,
  preparedAttributes,
  remembered,
  runKernelOfOp,
  runSingleOp,
  stringAttribute,
} from './ops';
import { fusedActivation } from './pointwise';
import { resolveActivation } from '../registry/registry';
import type { ActivationInfo } from '../registry/types';
import { tfjs } from '../tensorflow/tfjs';

/** y = a g(b), a and b the halves of one tensor's channels. */
export const FusedGatedActivation = 'FusedGatedActivation';
/** y = a g(b) of two tensors. */
export const FusedGatedActivationPair = 'FusedGatedActivationPair';
export const FusedGatedActivationGrad = 'FusedGatedActivationGrad';
export const FusedGatedActivationPairGrad = 'FusedGatedActivationPairGrad';

/** Attributes of a row's ops: of two tensors, of one in each layout. */
const attributesOf = remembered((info: ActivationInfo) => {
  const make = (inputs: 1 | 2, dataFormat: DataFormat): PreparedAttributes =>
    preparedAttributes([floatType, stringAttribute('function', info.name), intAttribute('num_inputs', inputs), ...dataFormatAttributes(dataFormat)]);
  return { pair: make(2, 'channelsLast'), channelsLast: make(1, 'channelsLast'), channelsFirst: make(1, 'channelsFirst') };
});

const gateOf = (info: ActivationInfo): ReturnType<typeof prepare> => prepare(resolveActivation(info.gate ?? info.name));

/**
 * y = a g(b), a the first and b the second half of x's channels.
 * @param x float32 tensor with an even number of channels
 */
export function fusedGatedActivation(x: tf.Tensor, info: ActivationInfo, dataFormat: DataFormat): tf.Tensor {
  if (isComposed()) {
    return tfjs.tidy(() => {
      const [a, b] = tfjs.split(x, 2, dataFormat === 'channelsFirst' ? 1 : x.rank - 1) as [tf.Tensor, tf.Tensor];
      return tfjs.mul(a, fusedActivation(b, gateOf(info)));
    });
  }
  const prepared = attributesOf(info)[dataFormat];
  if (!isObserved()) return runSingleOp('CudaActivations>FusedGatedActivation', prepared.attributes, [x]);
  return engine.runKernel(FusedGatedActivation, { x }, asKernelAttributes(prepared));
}

/** y = a g(b) of two float32 tensors of one shape. */
export function fusedGatedActivationPair(a: tf.Tensor, b: tf.Tensor, info: ActivationInfo): tf.Tensor {
  if (isComposed()) return tfjs.tidy(() => tfjs.mul(a, fusedActivation(b, gateOf(info))));
  const prepared = attributesOf(info).pair;
  if (!isObserved()) return runSingleOp('CudaActivations>FusedGatedActivation', prepared.attributes, [a, b]);
  return engine.runKernel(FusedGatedActivationPair, { a, b }, asKernelAttributes(prepared));
}

export const gatedKernels: readonly Kernel[] = [
  kernelOfOp(FusedGatedActivation, 'CudaActivations>FusedGatedActivation', ['x']),
  kernelOfOp(FusedGatedActivationPair, 'CudaActivations>FusedGatedActivation', ['a', 'b']),
  kernelOfOp(FusedGatedActivationGrad, 'CudaActivations>FusedGatedActivationGrad', ['dy', 'x']),
  kernelOfOp(FusedGatedActivationPairGrad, 'CudaActivations>FusedGatedActivationGrad', ['dy', 'a', 'b'], 2),
];

export const gatedGradients: readonly tf.GradConfig[] = [
  gradientConfig(FusedGatedActivation, { inputsToSave: ['x'] }, (dy, saved, attrs) => {
    const [x] = saved as [tf.Tensor];
    return { x: () => runKernelOfOp(FusedGatedActivationGrad, 'CudaActivations>FusedGatedActivationGrad', { dy: dy as tf.Tensor, x }, attrs, 1)[0] as tf.Tensor };
  }),
  gradientConfig(FusedGatedActivationPair, { inputsToSave: ['a', 'b'] }, (dy, saved, attrs) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    // One op gives both, here rather than in the closures, each of which runs in a scope of its own.
    const [da, db] = runKernelOfOp(FusedGatedActivationPairGrad, 'CudaActivations>FusedGatedActivationGrad', { dy: dy as tf.Tensor, a, b }, attrs, 2) as [tf.Tensor, tf.Tensor];
    return { a: () => da, b: () => db };
  }),
];
