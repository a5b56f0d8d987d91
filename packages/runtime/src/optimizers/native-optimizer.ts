import * as tf from '@tensorflow/tfjs';
import { applyInPlace } from '../variables';
import { clipByGlobalNorm, globalNorm, normsOf } from './gradient-norms';
import { type NamedTensor, SlotStore } from './slots';

/** What all native optimisers can do besides their rule. */
export interface CommonOptions {
  /** Scale the gradients so that their global norm is at most this. */
  readonly clipNorm?: number;
  /** Coefficient of weight decay, or one for each variable by its name; what it means is said at each optimiser. Default 0. */
  readonly weightDecay?: number | ((name: string) => number);
  /** Whether a variable decays, by name; default: every one. */
  readonly decays?: (name: string) => boolean;
}

/** A gradient with the variable that it belongs to. */
interface Update {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
}

/** Result of a step that reports norms. */
export interface StepWithNorms {
  readonly loss: tf.Scalar;
  /** Euclidean norm of the gradient of each variable before clipping, [variables], in the order of `names`. */
  readonly gradientNorms: tf.Tensor1D;
  /** Norm of all gradients as one vector, before clipping. */
  readonly globalNorm: tf.Scalar;
}

type Gradients = tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[];

/**
 * Base of the optimisers that change variables in place, one TensorFlow op each. Learning rate and step are tensors: a compiled step follows
 * `setLearningRate` without a new trace.
 */
export abstract class NativeOptimizer extends tf.Optimizer {
  /** Scalar, float32. */
  protected readonly rate: tf.Variable;
  /** Number of steps taken; scalar, float32 (exact to 2^24). */
  protected readonly step: tf.Variable;
  protected readonly slots: SlotStore;

  /** @param slotNames suffixes of the slots' names in checkpoints, as in stock tfjs. */
  protected constructor(
    learningRate: number | tf.Scalar,
    protected readonly options: CommonOptions,
    slotNames: readonly string[],
  ) {
    super();
    requireFinite('learningRate', typeof learningRate === 'number' ? learningRate : 0);
    if (options.clipNorm !== undefined && !(options.clipNorm > 0)) throw new Error(`clipNorm: expected a number above 0, but got ${options.clipNorm}`);
    if (typeof options.weightDecay !== 'function') requireFinite('weightDecay', options.weightDecay ?? 0);
    this.rate = tf.tidy(() => tf.variable(typeof learningRate === 'number' ? tf.scalar(learningRate) : learningRate, false));
    this.step = tf.tidy(() => tf.variable(tf.scalar(0), false));
    this.slots = new SlotStore(slotNames);
  }

  /** The rule for one variable; `context` is what `prepare` returned. */
  protected abstract update(variable: tf.Variable, gradient: tf.Tensor, context: tf.Tensor[]): void;

  /** Tensors that all variables share in this step. */
  protected prepare(): tf.Tensor[] {
    return [];
  }

  /** Reads the rate back from its tensor. */
  get learningRate(): number {
    return this.rate.dataSync()[0] as number;
  }

  set learningRate(value: number) {
    this.setLearningRate(value);
  }

  /** Takes effect with the next step, in compiled ones too. Inside a compiled function the argument may be a tensor (a schedule in the graph). */
  setLearningRate(value: number | tf.Scalar): void {
    requireFinite('learningRate', typeof value === 'number' ? value : 0);
    tf.tidy(() => this.rate.assign(typeof value === 'number' ? tf.scalar(value) : value));
  }

  override get iterations(): number {
    return this.step.dataSync()[0] as number;
  }

  override applyGradients(gradients: Gradients): void {
    tf.tidy(() => this.apply(pair(gradients)));
  }

  /**
   * As `minimize`, and the norms of the gradients along with the loss, without a further pass through the model.
   * @param variables default: all trainable ones; `gradientNorms` follows their order.
   */
  minimizeWithNorms(f: () => tf.Scalar, variables?: tf.Variable[]): StepWithNorms {
    const { value, grads } = this.computeGradients(f, variables);
    const updates = pair(variables ? variables.map(({ name }) => ({ name, tensor: grads[name] as tf.Tensor })) : grads);
    const norms = tf.tidy(() => {
      const gradients = updates.map(({ gradient }) => gradient);
      const gradientNorms = normsOf(gradients);
      const total = tf.sqrt(tf.sum(tf.square(gradientNorms))) as tf.Scalar;
      this.apply(updates, total);
      return { gradientNorms, globalNorm: total };
    });
    tf.dispose(grads);
    return { loss: value, ...norms };
  }

  /** The state in stock's form: the step, then each slot for all variables. */
  override async getWeights(): Promise<NamedTensor[]> {
    return [{ name: 'iter', tensor: tf.tidy(() => tf.cast(this.step, 'int32')) }, ...this.slots.export()];
  }

  /** Continues from `getWeights` of this optimiser or of its stock counterpart. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const [iter, ...rest] = weights;
    if (iter === undefined || iter.tensor.size !== 1) throw new Error('setWeights: expected the step count ("iter") as the first tensor');
    tf.tidy(() => this.step.assign(tf.reshape(tf.cast(iter.tensor, 'float32'), [])));
    this.slots.import(rest);
  }

  override dispose(): void {
    tf.dispose([this.rate, this.step]);
    this.slots.dispose();
  }

  private apply(updates: readonly Update[], norm?: tf.Scalar): void {
    const { clipNorm, weightDecay = 0, decays = () => true } = this.options;
    const raw = updates.map(({ gradient }) => gradient);
    const gradients = clipNorm === undefined ? raw : clipByGlobalNorm(raw, clipNorm, norm ?? globalNorm(raw));
    this.step.assign(tf.add(this.step, 1));
    const context = this.prepare();
    updates.forEach(({ variable }, index) => {
      const gradient = gradients[index] as tf.Tensor;
      // A slot begins as zeros like its variable: made after a decay in place, its first value would depend on an update, which a compiled step cannot have.
      this.slots.of(variable);
      const coefficient = typeof weightDecay === 'function' ? weightDecay(variable.name) : weightDecay;
      const decayed = coefficient !== 0 && decays(variable.name) ? this.decay(variable, gradient, coefficient) : gradient;
      this.update(variable, decayed, context);
    });
  }

  /** L2 regularisation, as PyTorch's `weight_decay` of SGD and Adam: the gradient gets coefficient * variable added. AdamW overrides it. */
  protected decay(variable: tf.Variable, gradient: tf.Tensor, coefficient: number): tf.Tensor {
    return tf.add(gradient, tf.mul(variable, coefficient));
  }

  protected descend(op: string, variables: readonly tf.Variable[], inputs: readonly tf.Tensor[], attributes: Record<string, boolean> = {}): void {
    applyInPlace(op, variables, attributes, inputs);
  }
}

function pair(gradients: Gradients): Update[] {
  const named = Array.isArray(gradients) ? gradients.map(({ name, tensor }) => [name, tensor] as const) : Object.entries(gradients);
  const registered = tf.engine().registeredVariables;
  return named.flatMap(([name, gradient]) => {
    // A variable that the loss does not depend on has no gradient and is left alone, as in stock.
    if (gradient === null || gradient === undefined) return [];
    const variable = registered[name];
    if (variable === undefined) throw new Error(`applyGradients: there is no variable named "${name}"`);
    return [{ variable, gradient }];
  });
}

export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new Error(`${name}: expected a finite number, but got ${value}`);
}
