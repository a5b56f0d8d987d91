import type * as tf from '@cuda-activations/runtime';
import {
  asKernelAttributes,
  type DataFormat,
  dataFormatAttributes,
  engine,
  floatAttribute,
  gradientConfig,
  gradientDepth,
  intAttribute,
  isComposed,
  isObserved,
  type Kernel,
  kernelOfOp,
  type OpAttribute,
  type PreparedAttributes,
  preparedAttributes,
  remembered,
  runKernelOfOp,
  runSingleOp,
  stringAttribute,
} from './ops';
import { fusedActivation } from './pointwise';
import type { PreparedActivation } from './prepared';
import { tfjs } from '../tensorflow/tfjs';

/** y = dropout(f(x + bias + residual)); keeps x and bias for the backward pass. */
export const FusedBiasActivation = 'FusedBiasActivation';
/** The same with dropout: keeps its state as well. */
export const FusedBiasActivationDropout = 'FusedBiasActivationDropout';
/** The same; keeps y, so that x and residual can be freed. */
export const FusedBiasActivationFromOutput = 'FusedBiasActivationFromOutput';
/** The same, and x + bias + residual for the backward pass. */
export const FusedBiasActivationKeeping = 'FusedBiasActivationKeeping';
/** dx and dbias. */
export const FusedBiasActivationGrad = 'FusedBiasActivationGrad';

/** Dropout whose mask is a function of seed, counter and element index. */
export interface TensorDropout {
  /** Fraction of elements set to 0, in [0, 1). */
  readonly rate: number;
  /** int32 tensor of shape [2]: seed and counter. A new counter gives a new mask. */
  readonly state: tf.Tensor;
}

export interface BiasOperands {
  /** Shaped like x; added before the function. */
  readonly residual?: tf.Tensor | undefined;
  readonly dropout?: TensorDropout | undefined;
  readonly dataFormat: DataFormat;
}

/** Which tensor the backward pass computes f' from; the only one of x's size that is kept for it. */
type Source = 'input' | 'preactivation' | 'output';

/** The ops of one activation with one kind of operands, their attributes made. */
interface BiasOps {
  readonly source: Source;
  readonly forward: ForwardAttributes;
  /** With x + bias + residual as a second output. */
  readonly forwardKeeping: PreparedAttributes;
  readonly backward: PreparedAttributes;
}

/** The forward op's attributes, which carry those of its gradient along. */
interface ForwardAttributes extends PreparedAttributes {
  readonly backward: PreparedAttributes;
}

/** Made once for each activation, layout and rate: rates of a schedule push the oldest ones out. */
const madeOps = remembered<PreparedActivation, Map<string, BiasOps>>(() => new Map());
const MOST_OPS = 32;

function opsOf(activation: PreparedActivation, { residual, dropout, dataFormat }: BiasOperands): BiasOps {
  const made = madeOps(activation);
  const key = `${dataFormat} ${residual ? 'residual' : ''} ${String(dropout?.rate)}`;
  let ops = made.get(key);
  if (!ops) {
    const source: Source = activation.gradientFromOutput && !dropout ? 'output' : residual ? 'preactivation' : 'input';
    const shared = sharedAttributes(activation, { dropout, dataFormat });
    const forward = residual ? [...shared, intAttribute('num_residuals', 1)] : shared;
    const backward = preparedAttributes([...shared, source === 'input' ? intAttribute('num_biases', 1) : stringAttribute('source', source)]);
    ops = {
      source,
      forward: { ...preparedAttributes(forward), backward },
      forwardKeeping: preparedAttributes([...forward, intAttribute('num_preactivations', 1)]),
      backward,
    };
    const [oldest] = made.keys();
    if (made.size >= MOST_OPS && oldest !== undefined) made.delete(oldest);
    made.set(key, ops);
  }
  return ops;
}

/** y = dropout(f(x + bias[c] + residual)) as one op each way. */
export function fusedBiasActivation(x: tf.Tensor, bias: tf.Tensor, activation: PreparedActivation, operands: BiasOperands): tf.Tensor {
  const { residual, dropout } = operands;
  if (isComposed()) return ofParts(x, bias, activation, operands);
  const ops = opsOf(activation, operands);
  const state = dropout?.state;
  if (!isObserved()) return runSingleOp('CudaActivations>FusedBiasActivation', ops.forward.attributes, given(x, bias, residual, state));
  if (gradientDepth() === 1 && ops.source === 'preactivation') return keepingPreactivation(x, bias, operands, ops);
  const kernel = ops.source === 'output' ? FusedBiasActivationFromOutput : dropout ? FusedBiasActivationDropout : FusedBiasActivation;
  return engine.runKernel(kernel, inputsOf(x, bias, residual, state), asKernelAttributes(ops.forward));
}

/** A second output that only the backward pass sees, which a registered gradient cannot have. */
function keepingPreactivation(x: tf.Tensor, bias: tf.Tensor, { residual, dropout }: BiasOperands, ops: BiasOps): tf.Tensor {
  const state = dropout?.state;
  return tfjs.customGrad((...args) => {
    const [xIn, biasIn, residualIn, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [value, preactivation] = engine.runKernel<[tf.Tensor, tf.Tensor]>(FusedBiasActivationKeeping, inputsOf(xIn, biasIn, residualIn, state), asKernelAttributes(ops.forwardKeeping));
    save(state ? [preactivation, state] : [preactivation]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [dx, dbias] = runGrad(dy, saved[0] as tf.Tensor, undefined, saved[1], ops.backward);
      // The engine may dispose one of the two gradients while it sums the other.
      return [dx, dbias, dx.clone()];
    };
    return { value, gradFunc };
  })(x, bias, residual as tf.Tensor);
}

function runGrad(dy: tf.Tensor, saved: tf.Tensor, bias: tf.Tensor | undefined, state: tf.Tensor | undefined, attributes: PreparedAttributes): [tf.Tensor, tf.Tensor] {
  const inputs: Record<string, tf.Tensor> = { dy, saved };
  if (bias) inputs['bias'] = bias;
  if (state) inputs['state'] = state;
  return runKernelOfOp(FusedBiasActivationGrad, 'CudaActivations>FusedBiasActivationGrad', inputs, asKernelAttributes(attributes), 2) as [tf.Tensor, tf.Tensor];
}

function inputsOf(x: tf.Tensor, bias: tf.Tensor, residual: tf.Tensor | undefined, state: tf.Tensor | undefined): Record<string, tf.Tensor> {
  const inputs: Record<string, tf.Tensor> = { x, bias };
  if (residual) inputs['residual'] = residual;
  if (state) inputs['state'] = state;
  return inputs;
}

function sharedAttributes(activation: Pick<PreparedActivation, 'forward'>, { dropout, dataFormat }: Omit<BiasOperands, 'residual'>): OpAttribute[] {
  const attributes = [...activation.forward, ...dataFormatAttributes(dataFormat)];
  if (dropout) attributes.push(intAttribute('num_dropout_states', 1), floatAttribute('dropout_rate', dropout.rate));
  return attributes;
}

/** The same from ops whose gradients are differentiable again. */
function ofParts(x: tf.Tensor, bias: tf.Tensor, activation: PreparedActivation, operands: BiasOperands): tf.Tensor {
  const { residual, dropout, dataFormat } = operands;
  return tfjs.tidy(() => {
    const perChannel = dataFormat === 'channelsFirst' ? tfjs.reshape(bias, [bias.size, ...x.shape.slice(2).map(() => 1)]) : bias;
    const sum = tfjs.add(x, perChannel);
    const y = fusedActivation(residual ? tfjs.add(sum, residual) : sum, activation);
    return dropout ? tfjs.mul(y, dropoutMask(x, bias, operands)) : y;
  });
}

/** 0 or 1 / (1 - rate) for each element of x. */
function dropoutMask(x: tf.Tensor, bias: tf.Tensor, operands: BiasOperands): tf.Tensor {
  const linear = { forward: [stringAttribute('function', 'linear')] };
  const inputs = inputsOf(tfjs.ones(x.shape), tfjs.zeros(bias.shape), undefined, operands.dropout?.state);
  const prepared: PreparedAttributes = { attributes: sharedAttributes(linear, operands) };
  return engine.runKernel(FusedBiasActivation, inputs, asKernelAttributes(prepared));
}

const given = (...tensors: (tf.Tensor | undefined)[]): tf.Tensor[] => tensors.filter((tensor) => tensor !== undefined);

export const biasKernels: readonly Kernel[] = [
  ...[FusedBiasActivation, FusedBiasActivationDropout, FusedBiasActivationFromOutput].map((name) => kernelOfOp(name, 'CudaActivations>FusedBiasActivation', ['x', 'bias', 'residual', 'state'])),
  kernelOfOp(FusedBiasActivationKeeping, 'CudaActivations>FusedBiasActivation', ['x', 'bias', 'residual', 'state'], 2),
  kernelOfOp(FusedBiasActivationGrad, 'CudaActivations>FusedBiasActivationGrad', ['dy', 'saved', 'bias', 'state'], 2),
];

/** Gradients by input, of one op that runs before the closures, each of which has a scope of its own. A residual's is that of x. */
function gradientsOf(dy: tf.Tensor | tf.Tensor[], [saved, bias, state]: readonly (tf.Tensor | undefined)[], attrs: tf.NamedAttrMap): ReturnType<tf.GradFunc> {
  const { backward } = attrs as unknown as ForwardAttributes;
  const [dx, dbias] = runGrad(dy as tf.Tensor, saved as tf.Tensor, bias, state, backward);
  return { x: () => dx, bias: () => dbias, residual: () => dx.clone() };
}

export const biasGradients: readonly tf.GradConfig[] = [
  gradientConfig(FusedBiasActivation, { inputsToSave: ['x', 'bias'] }, (dy, saved, attrs) => gradientsOf(dy, saved, attrs)),
  gradientConfig(FusedBiasActivationDropout, { inputsToSave: ['x', 'bias', 'state'] }, (dy, saved, attrs) => gradientsOf(dy, saved, attrs)),
  gradientConfig(FusedBiasActivationFromOutput, { outputsToSave: [true] }, (dy, saved, attrs) => gradientsOf(dy, saved, attrs)),
];
