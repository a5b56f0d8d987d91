import * as tf from '@cuda-activations/runtime';
import { composeActivations, resolveActivation, type ActivationSpec } from 'cuda-activations';

type Composite = (x: tf.Tensor, parameters: Readonly<Record<string, number>>) => tf.Tensor;

const parameter = (parameters: Readonly<Record<string, number>>, name: string): number => {
  const value = parameters[name];
  if (value === undefined) throw new RangeError(`parameters: expected ${name} among them, got ${Object.keys(parameters).join(', ') || 'none'}`);
  return value;
};
const celu = (x: tf.Tensor, alpha: number): tf.Tensor => tf.add(tf.relu(x), tf.mul(alpha, tf.minimum(0, tf.expm1(tf.div(x, alpha)))));
const hardSigmoid = (x: tf.Tensor): tf.Tensor => tf.div(tf.relu6(tf.add(x, 3)), 6);
/** A value that its gradient takes for a constant. */
const constant = (x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor => tf.customGrad((input) => ({ value: f(input as tf.Tensor), gradFunc: () => tf.zerosLike(x) }))(x);

/** Martins & Astudillo 2016, algorithm 1: the support by sorting, the threshold as a function of it. */
function sparsemax(x: tf.Tensor): tf.Tensor {
  const z = tf.sub(x, tf.max(x, -1, true));
  const support = constant(z, (input) => {
    const { values } = tf.topk(input, input.shape.at(-1) ?? 1, true);
    const ranks = tf.range(1, (input.shape.at(-1) ?? 1) + 1);
    const size = tf.sum(tf.step(tf.sub(tf.add(1, tf.mul(ranks, values)), tf.cumsum(values, -1))), -1, true);
    const threshold = tf.div(tf.sub(tf.sum(tf.mul(values, tf.step(tf.sub(size, tf.sub(ranks, 0.5)))), -1, true), 1), size);
    return tf.step(tf.sub(input, threshold));
  });
  return tf.relu(tf.sub(z, tf.div(tf.sub(tf.sum(tf.mul(z, support), -1, true), 1), tf.sum(support, -1, true))));
}

const clipHalf = (x: tf.Tensor): tf.Tensor => tf.clipByValue(tf.mul(tf.add(x, 1), 0.5), 0, 1);

/**
 * Each activation as a user of plain TensorFlow.js writes it: its own op where the library has one, else the usual composition.
 * This is the baseline that the fused kernels are measured against, and shares nothing with them. Conditions are `tf.step`: the
 * library has no gradient through `tf.where` on a comparison. An activation without one has no stock arm in benchmarks.
 */
const COMPOSITES: Readonly<Record<string, Composite>> = {
  linear: (x) => tf.clone(x),
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  leaky_relu: (x, p) => tf.leakyRelu(x, parameter(p, 'negative_slope')),
  elu: (x, p) => (parameter(p, 'alpha') === 1 ? tf.elu(x) : tf.add(tf.relu(x), tf.mul(parameter(p, 'alpha'), tf.minimum(0, tf.expm1(x))))),
  selu: (x) => tf.selu(x),
  celu: (x, p) => celu(x, parameter(p, 'alpha')),
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))),
  gelu_tanh: (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3))))))),
  silu: (x, p) => tf.mul(x, tf.sigmoid(parameter(p, 'beta') === 1 ? x : tf.mul(x, parameter(p, 'beta')))),
  quick_gelu: (x) => tf.mul(x, tf.sigmoid(tf.mul(x, 1.702))),
  hard_silu: (x) => tf.mul(x, hardSigmoid(x)),
  sigmoid: (x) => tf.sigmoid(x),
  hard_sigmoid: (x) => hardSigmoid(x),
  log_sigmoid: (x) => tf.logSigmoid(x),
  tanh: (x) => tf.tanh(x),
  hard_tanh: (x) => tf.clipByValue(x, -1, 1),
  tanh_shrink: (x) => tf.sub(x, tf.tanh(x)),
  hard_shrink: (x, p) => tf.mul(x, tf.step(tf.sub(tf.abs(x), parameter(p, 'threshold')))),
  soft_shrink: (x, p) => tf.mul(tf.sign(x), tf.relu(tf.sub(tf.abs(x), parameter(p, 'threshold')))),
  softplus: (x) => tf.softplus(x),
  softsign: (x) => tf.div(x, tf.add(1, tf.abs(x))),
  mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
  exponential: (x) => tf.exp(x),
  squareplus: (x, p) => tf.mul(0.5, tf.add(x, tf.sqrt(tf.add(tf.square(x), parameter(p, 'b'))))),
  sparse_plus: (x) => tf.add(tf.square(clipHalf(x)), tf.relu(tf.sub(x, 1))),
  sparse_sigmoid: (x) => clipHalf(x),
  threshold: (x, p) => tf.add(parameter(p, 'value'), tf.mul(tf.step(tf.sub(x, parameter(p, 'threshold'))), tf.sub(x, parameter(p, 'value')))),
  penalized_tanh: (x, p) => tf.mul(tf.tanh(x), tf.step(x, parameter(p, 'slope'))),
  squared_relu: (x) => tf.square(tf.relu(x)),
  square: (x) => tf.square(x),
  lisht: (x) => tf.mul(x, tf.tanh(x)),
  softmax: (x) => tf.softmax(x),
  log_softmax: (x) => tf.logSoftmax(x),
  sparsemax,
};

/** Whether {@link stockActivation} has a composition of the activation. */
export function hasStockActivation(activation: ActivationSpec): boolean {
  return Object.hasOwn(COMPOSITES, resolveActivation(activation, ['pointwise', 'rowwise']).name);
}

/**
 * An activation composed of TensorFlow.js's own ops.
 *
 * @param activation a pointwise activation of the registry, or a row-wise one, which takes the last axis
 * @returns a function of tensors of any shape
 * @throws Error naming an unknown activation, or one that has no composition here
 */
export function stockActivation(activation: ActivationSpec): (x: tf.Tensor) => tf.Tensor {
  const { name, parameters } = resolveActivation(activation, ['pointwise', 'rowwise']);
  const composite = COMPOSITES[name];
  if (!composite) throw new RangeError(`activation: ${name} has no stock composition; those are ${Object.keys(COMPOSITES).join(', ')}`);
  return (x) => tf.tidy(() => composite(x, parameters));
}

/**
 * Runs a function in which the functions and layers of cuda-activations use TensorFlow.js's own ops alone, and so TensorFlow's: what it traces
 * or exports loads without the op library. `withStockOps(() => f.saveModel(directory, x))` for a compiled `f`.
 *
 * Slower, and the fused layers' own dropout (of training) and gradients called as functions are refused.
 *
 * @param run synchronous
 * @returns what `run` returns
 * @throws Error naming an op of the library that would be needed, or an activation without composition
 */
export function withStockOps<T>(run: () => T): T {
  return composeActivations(({ name, parameters }) => stockActivation({ name, ...parameters } as ActivationSpec), run);
}

/** Options of {@link StockActivation}. */
export interface StockActivationOptions {
  readonly activation: ActivationSpec;
  readonly name?: string;
}

/** The layer of {@link stockActivation}, any shape. */
export class StockActivation extends tf.layers.Layer {
  static readonly className = 'StockActivation';
  readonly #activation: ActivationSpec;
  readonly #apply: (x: tf.Tensor) => tf.Tensor;

  constructor({ activation, ...rest }: StockActivationOptions) {
    super(rest);
    this.#activation = activation;
    this.#apply = stockActivation(activation);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    return this.#apply(input as tf.Tensor);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const activation = typeof this.#activation === 'string' ? this.#activation : { ...this.#activation };
    return { ...super.getConfig(), activation };
  }
}
tf.serialization.registerClass(StockActivation);
