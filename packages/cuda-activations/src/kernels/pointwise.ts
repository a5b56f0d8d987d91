import type * as tf from '@cuda-activations/runtime';
import { composition } from './composed';
import type { PreparedActivation } from './prepared';
import { asKernelAttributes, engine, gradientConfig, gradientDepth, isObserved, type Kernel, kernelConfig, runSingleOp } from './ops';

/** y = f(x); keeps x for the backward pass. */
export const FusedActivation = 'FusedActivation';
/** y = f(x); keeps y for the backward pass, so that x can be freed. */
export const FusedActivationFromOutput = 'FusedActivationFromOutput';
/** dx = dy f'(x). */
export const FusedActivationGrad = 'FusedActivationGrad';
/** dx = dy f'(x) as a function of y. */
export const FusedActivationGradFromOutput = 'FusedActivationGradFromOutput';
/** ddx dy f''(x). */
export const FusedActivationGradGrad = 'FusedActivationGradGrad';

interface Attributes {
  readonly activation: PreparedActivation;
}

/** Inputs and attributes of a kernel call; the engine passes them untyped. */
function parts<Name extends string>(call: { inputs: tf.NamedTensorInfoMap; attrs?: tf.NamedAttrMap }): [Record<Name, tf.TensorInfo>, PreparedActivation] {
  return [call.inputs as Record<Name, tf.TensorInfo>, activationOf(call.attrs)];
}

function activationOf(attrs: tf.NamedAttrMap | undefined): PreparedActivation {
  return (attrs as unknown as Attributes).activation;
}

function run(kernel: string, inputs: Record<string, tf.Tensor>, activation: PreparedActivation): tf.Tensor {
  return engine.runKernel(kernel, inputs, asKernelAttributes({ activation }));
}

/**
 * y = f(x), elementwise, on backend `tensorflow`. Tensors are values: linear shares x's buffer.
 * @param x float32 tensor of any shape
 */
export function fusedActivation(x: tf.Tensor, activation: PreparedActivation): tf.Tensor {
  const compose = composition();
  if (compose) return compose(activation)(x) as tf.Tensor;
  // Inside more than one tape the result must stay a function of x whose gradient is one as well.
  if (activation.name === 'linear' && gradientDepth() <= 1) return x.clone();
  if (!isObserved()) return runSingleOp('CudaActivations>FusedActivation', activation.forward, [x]);
  // Where a backward pass is itself differentiated, f'' needs x.
  const fromOutput = activation.gradientFromOutput !== undefined && gradientDepth() <= 1;
  return run(fromOutput ? FusedActivationFromOutput : FusedActivation, { x }, activation);
}

/** dx = dy f'(x), from x. Differentiable once more. */
export function fusedActivationGrad(dy: tf.Tensor, x: tf.Tensor, activation: PreparedActivation): tf.Tensor {
  if (!isObserved() && activation.name === 'linear') return dy.clone();
  if (!isObserved()) return runSingleOp('CudaActivations>FusedActivationGrad', activation.forward, [dy, x]);
  return run(FusedActivationGrad, { dy, x }, activation);
}

/** dx = dy f'(x), from y = f(x). Not differentiable again: the second derivative needs x. */
export function fusedActivationGradFromOutput(dy: tf.Tensor, y: tf.Tensor, activation: PreparedActivation): tf.Tensor {
  if (activation.gradientFromOutput && !isObserved()) return runSingleOp('CudaActivations>FusedActivationGrad', activation.gradientFromOutput, [dy, y]);
  return run(FusedActivationGradFromOutput, { dy, y }, activation);
}

function gradGrad(ddx: tf.Tensor, dy: tf.Tensor, x: tf.Tensor, activation: PreparedActivation): tf.Tensor {
  return run(FusedActivationGradGrad, { ddx, dy, x }, activation);
}

function noDerivative(activation: PreparedActivation, what: string): never {
  throw new Error(`${activation.name}: ${what}`);
}

const forward: tf.KernelFunc = (call) => {
  const [{ x }, activation] = parts<'x'>(call);
  return runSingleOp('CudaActivations>FusedActivation', activation.forward, [x]);
};

export const pointwiseKernels: readonly Kernel[] = [
  kernelConfig(FusedActivation, forward),
  kernelConfig(FusedActivationFromOutput, forward),
  kernelConfig(FusedActivationGrad, (call) => {
    const [{ dy, x }, activation] = parts<'dy' | 'x'>(call);
    return runSingleOp('CudaActivations>FusedActivationGrad', activation.forward, [dy, x]);
  }),
  kernelConfig(FusedActivationGradFromOutput, (call) => {
    const [{ dy, y }, activation] = parts<'dy' | 'y'>(call);
    const attributes = activation.gradientFromOutput ?? noDerivative(activation, 'its derivative is no function of its output');
    return runSingleOp('CudaActivations>FusedActivationGrad', attributes, [dy, y]);
  }),
  kernelConfig(FusedActivationGradGrad, (call) => {
    const [{ ddx, dy, x }, activation] = parts<'ddx' | 'dy' | 'x'>(call);
    return runSingleOp('CudaActivations>FusedActivationGradGrad', activation.forward, [ddx, dy, x]);
  }),
];

export const pointwiseGradients: readonly tf.GradConfig[] = [
  gradientConfig(FusedActivation, { inputsToSave: ['x'] }, (dy, saved, attrs) => {
    const [x] = saved as [tf.Tensor];
    return { x: () => fusedActivationGrad(dy as tf.Tensor, x, activationOf(attrs)) };
  }),
  gradientConfig(FusedActivationFromOutput, { outputsToSave: [true] }, (dy, saved, attrs) => {
    const [y] = saved as [tf.Tensor];
    return { x: () => fusedActivationGradFromOutput(dy as tf.Tensor, y, activationOf(attrs)) };
  }),
  gradientConfig(FusedActivationGrad, { inputsToSave: ['dy', 'x'] }, (upstream, saved, attrs) => {
    const ddx = upstream as tf.Tensor;
    const [dy, x] = saved as [tf.Tensor, tf.Tensor];
    const activation = activationOf(attrs);
    return { dy: () => fusedActivationGrad(ddx, x, activation), x: () => gradGrad(ddx, dy, x, activation) };
  }),
  gradientConfig(FusedActivationGradGrad, { inputsToSave: ['ddx', 'dy', 'x'] }, (upstream, saved, attrs) => {
    const d = upstream as tf.Tensor;
    const [ddx, dy, x] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const activation = activationOf(attrs);
    return {
      ddx: () => gradGrad(d, dy, x, activation),
      dy: () => gradGrad(ddx, d, x, activation),
      x: () => noDerivative(activation, 'third derivatives are not offered'),
    };
  }),
];
