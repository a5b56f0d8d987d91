import * as tf from '@cuda-activations/runtime';
import type { PreparedActivation } from './prepared';
import { asKernelAttributes, backendName, gradientDepth, runSingleOp } from './ops';

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
  return tf.engine().runKernel(kernel, inputs, asKernelAttributes({ activation }));
}

/**
 * y = f(x), elementwise, on backend `tensorflow`.
 * @param x float32 tensor of any shape
 */
export function fusedActivation(x: tf.Tensor, activation: PreparedActivation): tf.Tensor {
  // Where a backward pass is itself differentiated, f'' needs x.
  const fromOutput = activation.gradientFromOutput !== undefined && gradientDepth() <= 1;
  return run(fromOutput ? FusedActivationFromOutput : FusedActivation, { x }, activation);
}

/** dx = dy f'(x), from x. Differentiable once more. */
export function fusedActivationGrad(dy: tf.Tensor, x: tf.Tensor, activation: PreparedActivation): tf.Tensor {
  return run(FusedActivationGrad, { dy, x }, activation);
}

/** dx = dy f'(x), from y = f(x). Not differentiable again: the second derivative needs x. */
export function fusedActivationGradFromOutput(dy: tf.Tensor, y: tf.Tensor, activation: PreparedActivation): tf.Tensor {
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
  return runSingleOp('FusedActivation', activation.forward, [x]);
};

export const pointwiseKernels: readonly tf.KernelConfig[] = [
  { kernelName: FusedActivation, backendName, kernelFunc: forward },
  { kernelName: FusedActivationFromOutput, backendName, kernelFunc: forward },
  {
    kernelName: FusedActivationGrad,
    backendName,
    kernelFunc: (call) => {
      const [{ dy, x }, activation] = parts<'dy' | 'x'>(call);
      return runSingleOp('FusedActivationGrad', activation.forward, [dy, x]);
    },
  },
  {
    kernelName: FusedActivationGradFromOutput,
    backendName,
    kernelFunc: (call) => {
      const [{ dy, y }, activation] = parts<'dy' | 'y'>(call);
      const attributes = activation.gradientFromOutput ?? noDerivative(activation, 'its derivative is no function of its output');
      return runSingleOp('FusedActivationGrad', attributes, [dy, y]);
    },
  },
  {
    kernelName: FusedActivationGradGrad,
    backendName,
    kernelFunc: (call) => {
      const [{ ddx, dy, x }, activation] = parts<'ddx' | 'dy' | 'x'>(call);
      return runSingleOp('FusedActivationGradGrad', activation.forward, [ddx, dy, x]);
    },
  },
];

/** The tensors a gradient function gets, typed by how many it saved. */
type Saved<N extends 1 | 2 | 3> = N extends 1 ? [tf.Tensor] : N extends 2 ? [tf.Tensor, tf.Tensor] : [tf.Tensor, tf.Tensor, tf.Tensor];

export const pointwiseGradients: readonly tf.GradConfig[] = [
  {
    kernelName: FusedActivation,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const [x] = saved as Saved<1>;
      return { x: () => fusedActivationGrad(dy as tf.Tensor, x, activationOf(attrs)) };
    },
  },
  {
    kernelName: FusedActivationFromOutput,
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [y] = saved as Saved<1>;
      return { x: () => fusedActivationGradFromOutput(dy as tf.Tensor, y, activationOf(attrs)) };
    },
  },
  {
    kernelName: FusedActivationGrad,
    inputsToSave: ['dy', 'x'],
    gradFunc: (upstream, saved, attrs) => {
      const ddx = upstream as tf.Tensor;
      const [dy, x] = saved as Saved<2>;
      const activation = activationOf(attrs);
      return { dy: () => fusedActivationGrad(ddx, x, activation), x: () => gradGrad(ddx, dy, x, activation) };
    },
  },
  {
    kernelName: FusedActivationGradGrad,
    inputsToSave: ['ddx', 'dy', 'x'],
    gradFunc: (upstream, saved, attrs) => {
      const d = upstream as tf.Tensor;
      const [ddx, dy, x] = saved as Saved<3>;
      const activation = activationOf(attrs);
      return {
        ddx: () => gradGrad(d, dy, x, activation),
        dy: () => gradGrad(ddx, d, x, activation),
        x: () => noDerivative(activation, 'third derivatives are not offered'),
      };
    },
  },
];
