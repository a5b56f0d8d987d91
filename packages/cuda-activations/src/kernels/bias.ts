import * as tf from '@cuda-activations/runtime';
import {
  asKernelAttributes,
  type DataFormat,
  dataFormatAttributes,
  engine,
  floatAttribute,
  gradientDepth,
  intAttribute,
  isObserved,
  kernelOfOp,
  type OpAttribute,
  type PreparedAttributes,
  preparedAttributes,
  remembered,
  runSingleOp,
  stringAttribute,
} from './ops';
import { fusedActivation } from './pointwise';
import type { PreparedActivation } from './prepared';

/** y = dropout(f(x + bias + residual)). */
export const FusedBiasActivation = 'FusedBiasActivation';
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
  readonly forward: PreparedAttributes;
  /** With x + bias + residual as a second output. */
  readonly forwardKeeping: PreparedAttributes;
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
    ops = {
      source,
      forward: preparedAttributes(forward),
      forwardKeeping: preparedAttributes([...forward, intAttribute('num_preactivations', 1)]),
      backward: preparedAttributes([...shared, source === 'input' ? intAttribute('num_biases', 1) : stringAttribute('source', source)]),
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
  const depth = gradientDepth();
  if (depth > 1) return differentiableTwice(x, bias, activation, operands);
  const ops = opsOf(activation, operands);
  const state = dropout?.state;
  if (!isObserved()) return runSingleOp('CudaActivations>FusedBiasActivation', ops.forward.attributes, given(x, bias, residual, state));
  if (depth === 0) return engine.runKernel(FusedBiasActivation, present({ x, bias, residual, state }), asKernelAttributes(ops.forward));

  const { source } = ops;
  const withGradient = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [xIn, biasIn, residualIn] = args as [tf.Tensor, tf.Tensor, tf.Tensor?];
    const inputs = present({ x: xIn, bias: biasIn, residual: residualIn, state });
    let y: tf.Tensor;
    let kept: tf.Tensor[];
    if (source === 'preactivation') {
      const [first, preactivation] = engine.runKernel<[tf.Tensor, tf.Tensor]>(FusedBiasActivationKeeping, inputs, asKernelAttributes(ops.forwardKeeping));
      [y, kept] = [first, [preactivation]];
    } else {
      y = engine.runKernel(FusedBiasActivation, inputs, asKernelAttributes(ops.forward));
      kept = source === 'output' ? [y] : [xIn, biasIn];
    }
    save(state ? [...kept, state] : kept);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [first, second] = saved as [tf.Tensor, tf.Tensor?];
      const operandsOfGrad = present({ dy, saved: first, bias: source === 'input' ? second : undefined, state: state ? saved.at(-1) : undefined });
      const [dx, dbias] = engine.runKernel<[tf.Tensor, tf.Tensor]>(FusedBiasActivationGrad, operandsOfGrad, asKernelAttributes(ops.backward));
      // The engine may dispose one of the two gradients while it sums the other.
      return residual ? [dx, dbias, dx.clone()] : [dx, dbias];
    };
    return { value: y, gradFunc };
  });
  return residual ? withGradient(x, bias, residual) : withGradient(x, bias);
}

function present(inputs: Record<string, tf.Tensor | undefined>): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(inputs).filter((entry): entry is [string, tf.Tensor] => entry[1] !== undefined));
}

function sharedAttributes(activation: Pick<PreparedActivation, 'forward'>, { dropout, dataFormat }: Omit<BiasOperands, 'residual'>): OpAttribute[] {
  const attributes = [...activation.forward, ...dataFormatAttributes(dataFormat)];
  if (dropout) attributes.push(intAttribute('num_dropout_states', 1), floatAttribute('dropout_rate', dropout.rate));
  return attributes;
}

/** The same from ops whose gradients are differentiable again. */
function differentiableTwice(x: tf.Tensor, bias: tf.Tensor, activation: PreparedActivation, operands: BiasOperands): tf.Tensor {
  const { residual, dropout, dataFormat } = operands;
  return tf.tidy(() => {
    const perChannel = dataFormat === 'channelsFirst' ? tf.reshape(bias, [bias.size, ...x.shape.slice(2).map(() => 1)]) : bias;
    const sum = tf.add(x, perChannel);
    const y = fusedActivation(residual ? tf.add(sum, residual) : sum, activation);
    return dropout ? tf.mul(y, dropoutMask(x, bias, operands)) : y;
  });
}

/** 0 or 1 / (1 - rate) for each element of x. */
function dropoutMask(x: tf.Tensor, bias: tf.Tensor, operands: BiasOperands): tf.Tensor {
  const linear = { forward: [stringAttribute('function', 'linear')] };
  const inputs = { x: tf.ones(x.shape), bias: tf.zeros(bias.shape), state: operands.dropout?.state };
  const prepared: PreparedAttributes = { attributes: sharedAttributes(linear, operands) };
  return engine.runKernel(FusedBiasActivation, present(inputs), asKernelAttributes(prepared));
}

const given = (...tensors: (tf.Tensor | undefined)[]): tf.Tensor[] => tensors.filter((tensor) => tensor !== undefined);

export const biasKernels: readonly tf.KernelConfig[] = [
  kernelOfOp(FusedBiasActivation, 'CudaActivations>FusedBiasActivation', ['x', 'bias', 'residual', 'state']),
  kernelOfOp(FusedBiasActivationKeeping, 'CudaActivations>FusedBiasActivation', ['x', 'bias', 'residual', 'state'], 2),
  kernelOfOp(FusedBiasActivationGrad, 'CudaActivations>FusedBiasActivationGrad', ['dy', 'saved', 'bias', 'state'], 2),
];
