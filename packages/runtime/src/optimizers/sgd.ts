import * as tf from '@tensorflow/tfjs';
import { type CommonOptions, NativeOptimizer, requireFinite } from './native-optimizer';

/** w -= rate * g. `weightDecay` adds weightDecay * w to g. */
export class NativeSgd extends NativeOptimizer {
  /** @nocollapse */
  static readonly className: string = 'SGD';

  constructor(learningRate: number | tf.Scalar, options: CommonOptions = {}) {
    super(learningRate, options, []);
  }

  protected update(variable: tf.Variable, gradient: tf.Tensor): void {
    this.descend('ResourceApplyGradientDescent', [variable], [this.rate, gradient]);
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate };
  }
}

/** Options of `optimizers.momentum`. */
export interface MomentumOptions extends CommonOptions {
  readonly nesterov?: boolean;
  /**
   * 'pytorch' (default; also stock tfjs): v = momentum v + g; w -= rate v. 'keras': v = momentum v - rate g; w += v.
   * The two differ when the learning rate changes.
   */
  readonly form?: 'pytorch' | 'keras';
}

/** Stochastic gradient descent with momentum. `weightDecay` adds weightDecay * w to g. */
export class NativeMomentum extends NativeOptimizer {
  /** @nocollapse */
  static readonly className: string = 'Momentum';
  private readonly op: string;
  private readonly nesterov: boolean;
  private readonly factor: tf.Scalar;

  constructor(
    learningRate: number | tf.Scalar,
    private readonly momentum: number | tf.Scalar,
    options: MomentumOptions = {},
  ) {
    super(learningRate, options, ['momentum']);
    if (typeof momentum === 'number') requireFinite('momentum', momentum);
    const { form = 'pytorch' } = options;
    const ops: Record<string, string | undefined> = { pytorch: 'ResourceApplyMomentum', keras: 'ResourceApplyKerasMomentum' };
    const op = ops[form];
    if (op === undefined) throw new Error(`momentum: expected form "pytorch" or "keras", but got "${String(form)}"`);
    this.op = op;
    this.nesterov = options.nesterov ?? false;
    // A variable stays the caller's, who may change it between steps.
    this.factor = typeof momentum === 'number' ? tf.keep(tf.scalar(momentum)) : momentum;
  }

  protected update(variable: tf.Variable, gradient: tf.Tensor): void {
    this.descend(this.op, [variable, ...this.slots.of(variable)], [this.rate, gradient, this.factor], { use_nesterov: this.nesterov });
  }

  override dispose(): void {
    super.dispose();
    if (typeof this.momentum === 'number') this.factor.dispose();
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate, momentum: typeof this.momentum === 'number' ? this.momentum : (this.momentum.dataSync()[0] as number), useNesterov: this.nesterov };
  }
}
