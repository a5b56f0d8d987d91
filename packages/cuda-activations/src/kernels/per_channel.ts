import type * as tf from '@cuda-activations/runtime';
import { asKernelAttributes, type DataFormat, dataFormatAttributes, engine, gradientConfig, isComposed, isObserved, type Kernel, kernelOfOp, preparedAttributes, runKernelOfOp, runSingleOp } from './ops';
import { fusedActivation } from './pointwise';
import { prepare } from './prepared';
import { resolveActivation } from '../registry/registry';
import { tfjs } from '../tensorflow/tfjs';

/** y = x > 0 ? x : slope[c] x. */
export const FusedPRelu = 'FusedPRelu';
export const FusedPReluGrad = 'FusedPReluGrad';
/** y = max(0, x) + sum_s a[s, c] max(0, b[s, c] - x). */
export const AdaptivePiecewiseLinear = 'AdaptivePiecewiseLinear';
export const AdaptivePiecewiseLinearGrad = 'AdaptivePiecewiseLinearGrad';

const attributesOf = {
  channelsLast: preparedAttributes(dataFormatAttributes('channelsLast')),
  channelsFirst: preparedAttributes(dataFormatAttributes('channelsFirst')),
} as const;
const relu = (x: tf.Tensor): tf.Tensor => fusedActivation(x, prepare(resolveActivation('relu')));

/**
 * y = x > 0 ? x : slope x.
 * @param slope [channels], [1] shared by all, or one per position (x's shape without the batch)
 */
export function fusedPRelu(x: tf.Tensor, slope: tf.Tensor, dataFormat: DataFormat): tf.Tensor {
  if (isComposed()) return tfjs.tidy(() => tfjs.sub(relu(x), tfjs.mul(broadcastable(slope, x, dataFormat), relu(tfjs.neg(x)))));
  const prepared = attributesOf[dataFormat];
  if (!isObserved()) return runSingleOp('CudaActivations>PRelu', prepared.attributes, [x, slope]);
  return engine.runKernel(FusedPRelu, { x, slope }, asKernelAttributes(prepared));
}

/**
 * y = max(0, x) + sum_s a[s, c] max(0, b[s, c] - x) (Agostinelli et al. 2015, arXiv:1412.6830).
 * @param a slopes of the hinges: [segments, channels], [segments, 1] shared by all, or [segments, ...x's shape without the batch]
 * @param b positions of the hinges, shaped like a
 */
export function fusedApl(x: tf.Tensor, a: tf.Tensor, b: tf.Tensor, dataFormat: DataFormat): tf.Tensor {
  if (isComposed()) {
    return tfjs.tidy(() => {
      let y = relu(x);
      // tf.unstack has no gradient for a single part.
      const part = (of: tf.Tensor, s: number): tf.Tensor => broadcastable(tfjs.squeeze(tfjs.slice(of, [s], [1]), [0]), x, dataFormat);
      for (let s = 0; s < (a.shape[0] ?? 0); s++) y = tfjs.add(y, tfjs.mul(part(a, s), relu(tfjs.sub(part(b, s), x))));
      return y;
    });
  }
  const prepared = attributesOf[dataFormat];
  if (!isObserved()) return runSingleOp('CudaActivations>AdaptivePiecewiseLinear', prepared.attributes, [x, a, b]);
  return engine.runKernel(AdaptivePiecewiseLinear, { x, a, b }, asKernelAttributes(prepared));
}

/** A per-channel parameter shaped so that it broadcasts against x. */
function broadcastable(parameter: tf.Tensor, x: tf.Tensor, dataFormat: DataFormat): tf.Tensor {
  if (dataFormat === 'channelsLast' || parameter.rank !== 1 || parameter.size === 1) return parameter;
  return tfjs.reshape(parameter, [parameter.size, ...x.shape.slice(2).map(() => 1)]);
}

export const perChannelKernels: readonly Kernel[] = [
  kernelOfOp(FusedPRelu, 'CudaActivations>PRelu', ['x', 'slope']),
  kernelOfOp(FusedPReluGrad, 'CudaActivations>PReluGrad', ['dy', 'x', 'slope'], 2),
  kernelOfOp(AdaptivePiecewiseLinear, 'CudaActivations>AdaptivePiecewiseLinear', ['x', 'a', 'b']),
  kernelOfOp(AdaptivePiecewiseLinearGrad, 'CudaActivations>AdaptivePiecewiseLinearGrad', ['dy', 'x', 'a', 'b'], 3),
];

// One op gives all gradients; it runs before the closures, each of which has a scope of its own.
export const perChannelGradients: readonly tf.GradConfig[] = [
  gradientConfig(FusedPRelu, { inputsToSave: ['x', 'slope'] }, (dy, saved, attrs) => {
    const [x, slope] = saved as [tf.Tensor, tf.Tensor];
    const [dx, dslope] = runKernelOfOp(FusedPReluGrad, 'CudaActivations>PReluGrad', { dy: dy as tf.Tensor, x, slope }, attrs, 2) as [tf.Tensor, tf.Tensor];
    return { x: () => dx, slope: () => dslope };
  }),
  gradientConfig(AdaptivePiecewiseLinear, { inputsToSave: ['x', 'a', 'b'] }, (dy, saved, attrs) => {
    const [x, a, b] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const [dx, da, db] = runKernelOfOp(AdaptivePiecewiseLinearGrad, 'CudaActivations>AdaptivePiecewiseLinearGrad', { dy: dy as tf.Tensor, x, a, b }, attrs, 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return { x: () => dx, a: () => da, b: () => db };
  }),
];
