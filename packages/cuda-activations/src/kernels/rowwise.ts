import type * as tf from '@cuda-activations/runtime';
import { resolveActivation } from '../registry/registry';
import type { ActivationInfo } from '../registry/types';
import { asKernelAttributes, engine, gradientConfig, gradientDepth, isObserved, type Kernel, kernelOfOp, type PreparedAttributes, preparedAttributes, remembered, runSingleOp, stringAttribute } from './ops';
import { composition } from './composed';
import { fusedActivation } from './pointwise';
import { prepare } from './prepared';
import { tfjs } from '../tensorflow/tfjs';

/** y = f(x) along the last axis; keeps x for the backward pass. */
export const FusedRowActivation = 'FusedRowActivation';
/** y = f(x) along the last axis; keeps y for the backward pass, so that x can be freed. */
export const FusedRowActivationFromOutput = 'FusedRowActivationFromOutput';
/** dx from dy and y. */
export const FusedRowActivationGrad = 'FusedRowActivationGrad';

/** What the kernels take along: prepared attributes of the ops, and the row of the table. */
interface RowAttributes extends PreparedAttributes {
  readonly info: ActivationInfo;
}

const attributesOf = remembered((info: ActivationInfo): RowAttributes => ({ ...preparedAttributes([stringAttribute('function', info.name)]), info }));
const infoOf = (attributes: tf.NamedAttrMap | undefined): ActivationInfo => (attributes as unknown as RowAttributes).info;

/**
 * y = f(x) along the last axis, on backend `tensorflow`.
 * @param x float32 tensor of at least one dimension
 */
export function fusedRowActivation(x: tf.Tensor, info: ActivationInfo): tf.Tensor {
  const compose = composition();
  if (compose) return compose(resolveActivation(info.name))(x) as tf.Tensor;
  const prepared = attributesOf(info);
  if (!isObserved()) return runSingleOp('CudaActivations>FusedRowActivation', prepared.attributes, [x]);
  // A saved output is a constant to an outer tape: where the backward pass is itself differentiated, it makes y again from x.
  return engine.runKernel(gradientDepth() > 1 ? FusedRowActivation : FusedRowActivationFromOutput, { x }, asKernelAttributes(prepared));
}

/** dx from dy and y = f(x), along the last axis. Differentiable as often as one likes. */
export function fusedRowActivationGrad(dy: tf.Tensor, y: tf.Tensor, info: ActivationInfo): tf.Tensor {
  const prepared = attributesOf(info);
  if (!isObserved()) return runSingleOp('CudaActivations>FusedRowActivationGrad', prepared.attributes, [dy, y]);
  return engine.runKernel(FusedRowActivationGrad, { dy, y }, asKernelAttributes(prepared));
}

/** f along any axis of x: the ops take the last one, to which another is transposed. */
export function alongAxis(axis: number, tensors: readonly tf.Tensor[], f: (...tensors: tf.Tensor[]) => tf.Tensor): tf.Tensor {
  const last = (tensors[0] as tf.Tensor).rank - 1;
  if (axis === last) return f(...tensors);
  const exchanged = Array.from({ length: last + 1 }, (_, i) => (i === axis ? last : i === last ? axis : i));
  return tfjs.tidy(() => tfjs.transpose(f(...tensors.map((tensor) => tfjs.transpose(tensor, exchanged))), exchanged));
}

const sumOfRow = (x: tf.Tensor): tf.Tensor => tfjs.sum(x, -1, true);
const exponential = (x: tf.Tensor): tf.Tensor => fusedActivation(x, prepare(resolveActivation('exponential')));

/** Gradients of dx(dy, y) with respect to dy and y, ddx being what reached dx: of ops that have gradients themselves. */
type SecondGradients = Record<'dy' | 'y', (ddx: tf.Tensor, dy: tf.Tensor, y: tf.Tensor, info: ActivationInfo) => tf.Tensor>;

const secondGradients: Readonly<Record<string, SecondGradients>> = {
  // dx = y (dy - sum dy y), a symmetric Jacobian.
  softmax: {
    dy: (ddx, _, y, info) => fusedRowActivationGrad(ddx, y, info),
    y: (ddx, dy, y) => tfjs.sub(tfjs.mul(ddx, tfjs.sub(dy, sumOfRow(tfjs.mul(dy, y)))), tfjs.mul(dy, sumOfRow(tfjs.mul(ddx, y)))),
  },
  // dx = dy - exp(y) sum dy
  log_softmax: {
    dy: (ddx, _, y) => tfjs.sub(ddx, sumOfRow(tfjs.mul(ddx, exponential(y)))),
    y: (ddx, dy, y) => tfjs.neg(tfjs.mul(tfjs.mul(ddx, exponential(y)), sumOfRow(dy))),
  },
  // A projection that is symmetric, and constant where it is differentiable.
  sparsemax: {
    dy: (ddx, _, y, info) => fusedRowActivationGrad(ddx, y, info),
    y: (_, __, y) => tfjs.zerosLike(y),
  },
};

function secondGradientsOf(info: ActivationInfo): SecondGradients {
  const found = secondGradients[info.name];
  if (!found) throw new Error(`${info.name}: second derivatives are not offered`);
  return found;
}

export const rowwiseKernels: readonly Kernel[] = [
  kernelOfOp(FusedRowActivation, 'CudaActivations>FusedRowActivation', ['x']),
  kernelOfOp(FusedRowActivationFromOutput, 'CudaActivations>FusedRowActivation', ['x']),
  kernelOfOp(FusedRowActivationGrad, 'CudaActivations>FusedRowActivationGrad', ['dy', 'y']),
];

export const rowwiseGradients: readonly tf.GradConfig[] = [
  gradientConfig(FusedRowActivation, { inputsToSave: ['x'] }, (dy, saved, attrs) => {
    const [x] = saved as [tf.Tensor];
    return { x: () => fusedRowActivationGrad(dy as tf.Tensor, fusedRowActivation(x, infoOf(attrs)), infoOf(attrs)) };
  }),
  gradientConfig(FusedRowActivationFromOutput, { outputsToSave: [true] }, (dy, saved, attrs) => {
    const [y] = saved as [tf.Tensor];
    return { x: () => fusedRowActivationGrad(dy as tf.Tensor, y, infoOf(attrs)) };
  }),
  gradientConfig(FusedRowActivationGrad, { inputsToSave: ['dy', 'y'] }, (upstream, saved, attrs) => {
    const ddx = upstream as tf.Tensor;
    const [dy, y] = saved as [tf.Tensor, tf.Tensor];
    const info = infoOf(attrs);
    const second = secondGradientsOf(info);
    return { dy: () => second.dy(ddx, dy, y, info), y: () => second.y(ddx, dy, y, info) };
  }),
];
