import * as tf from '@cuda-activations/runtime';
import {
  asKernelAttributes,
  type DataFormat,
  dataFormatAttributes,
  engine,
  floatAttribute,
  gradientDepth,
  intAttribute,
  kernelConfig,
  type OpAttribute,
  runOp,
  runSingleOp,
  stringAttribute,
} from './ops';
import { fusedActivation } from './pointwise';
import type { PreparedActivation } from './prepared';

/** y = dropout(f(x + bias + residual)), and x + bias + residual where `keepPreactivation` asks for it. */
export const FusedBiasActivation = 'FusedBiasActivation';
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

interface Attributes {
  /** Those of forward and backward. */
  readonly shared: OpAttribute[];
  readonly keepPreactivation: boolean;
  readonly source: Source;
}

/** y = dropout(f(x + bias[c] + residual)) as one op each way. */
export function fusedBiasActivation(x: tf.Tensor, bias: tf.Tensor, activation: PreparedActivation, operands: BiasOperands): tf.Tensor {
  const { residual, dropout } = operands;
  const depth = gradientDepth();
  if (depth > 1) return differentiableTwice(x, bias, activation, operands);
  const source: Source = activation.gradientFromOutput && !dropout ? 'output' : residual ? 'preactivation' : 'input';
  const attributes: Attributes = { shared: sharedAttributes(activation, operands), source, keepPreactivation: source === 'preactivation' && depth > 0 };
  const state = dropout?.state;
  const forward = (inputs: Inputs): tf.Tensor | tf.Tensor[] => engine.runKernel(FusedBiasActivation, present({ ...inputs, state }), asKernelAttributes(attributes));
  if (depth === 0) return forward({ x, bias, residual }) as tf.Tensor;

  const withGradient = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [xIn, biasIn, residualIn] = args as [tf.Tensor, tf.Tensor, tf.Tensor?];
    const outputs = forward({ x: xIn, bias: biasIn, residual: residualIn });
    const y = (Array.isArray(outputs) ? outputs[0] : outputs) as tf.Tensor;
    const kept = source === 'output' ? [y] : source === 'preactivation' ? [(outputs as tf.Tensor[])[1] as tf.Tensor] : [xIn, biasIn];
    save(state ? [...kept, state] : kept);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [first, second] = saved as [tf.Tensor, tf.Tensor?];
      const inputs = { dy, saved: first, bias: source === 'input' ? second : undefined, state: state ? saved.at(-1) : undefined };
      const [dx, dbias] = engine.runKernel<[tf.Tensor, tf.Tensor]>(FusedBiasActivationGrad, present(inputs), asKernelAttributes(attributes));
      // The engine may dispose one of the two gradients while it sums the other.
      return residual ? [dx, dbias, dx.clone()] : [dx, dbias];
    };
    return { value: y, gradFunc };
  });
  return residual ? withGradient(x, bias, residual) : withGradient(x, bias);
}

interface Inputs {
  readonly x: tf.Tensor;
  readonly bias: tf.Tensor;
  readonly residual: tf.Tensor | undefined;
}

function present(inputs: Record<string, tf.Tensor | undefined>): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(inputs).filter((entry): entry is [string, tf.Tensor] => entry[1] !== undefined));
}

function sharedAttributes(activation: Pick<PreparedActivation, 'forward'>, { dropout, dataFormat }: BiasOperands): OpAttribute[] {
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
  const attributes: Attributes = { shared: sharedAttributes(linear, operands), source: 'input', keepPreactivation: false };
  return engine.runKernel(FusedBiasActivation, present(inputs), asKernelAttributes(attributes));
}

type Operands<Required extends string, Optional extends string> = Record<Required, tf.TensorInfo> & Partial<Record<Optional, tf.TensorInfo>>;
const given = (...tensors: (tf.TensorInfo | undefined)[]): tf.TensorInfo[] => tensors.filter((tensor) => tensor !== undefined);

export const biasKernels: readonly tf.KernelConfig[] = [
  kernelConfig(FusedBiasActivation, ({ inputs, attrs }) => {
    const { x, bias, residual, state } = inputs as Operands<'x' | 'bias', 'residual' | 'state'>;
    const { shared, keepPreactivation } = attrs as unknown as Attributes;
    const attributes = residual ? [...shared, intAttribute('num_residuals', 1)] : shared;
    const operands = given(x, bias, residual, state);
    if (!keepPreactivation) return runSingleOp('CudaActivations>FusedBiasActivation', attributes, operands);
    return runOp('CudaActivations>FusedBiasActivation', [...attributes, intAttribute('num_preactivations', 1)], operands, 2);
  }),
  kernelConfig(FusedBiasActivationGrad, ({ inputs, attrs }) => {
    const { dy, saved, bias, state } = inputs as Operands<'dy' | 'saved', 'bias' | 'state'>;
    const { shared, source } = attrs as unknown as Attributes;
    const attributes = [...shared, ...(source === 'input' ? [] : [stringAttribute('source', source)]), ...(bias ? [intAttribute('num_biases', 1)] : [])];
    return runOp('CudaActivations>FusedBiasActivationGrad', attributes, given(dy, saved, bias, state), 2);
  }),
];
