import * as tf from '@tensorflow/tfjs';
import { type CommonOptions, NativeOptimizer, requireFinite } from './native-optimizer';

/** Options of `optimizers.adam` and `optimizers.adamw`. */
export interface AdamOptions extends CommonOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8 in PyTorch's form, 1e-7 in Keras'. */
  readonly epsilon?: number;
  /**
   * Where epsilon goes. 'pytorch' (default; also the paper's form and stock tfjs): w -= rate m^ / (sqrt(v^) + epsilon), with m^ and v^ corrected for bias.
   * 'keras': w -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon).
   */
  readonly form?: 'pytorch' | 'keras';
}

const defaultEpsilon = { pytorch: 1e-8, keras: 1e-7 } as const;

/** Adam (Kingma and Ba, 2015, arXiv:1412.6980). `weightDecay` adds weightDecay * w to the gradient. */
export class NativeAdam extends NativeOptimizer {
  /** @nocollapse */
  static readonly className: string = 'Adam';
  private readonly form: 'pytorch' | 'keras';
  private readonly config: { readonly beta1: number; readonly beta2: number; readonly epsilon: number };
  private readonly constants: readonly [beta1: tf.Scalar, beta2: tf.Scalar, epsilon: tf.Scalar];

  constructor(learningRate: number | tf.Scalar = 0.001, options: AdamOptions = {}) {
    super(learningRate, options, ['m', 'v']);
    const { beta1 = 0.9, beta2 = 0.999, form = 'pytorch' } = options;
    if (!(form in defaultEpsilon)) throw new Error(`adam: expected form "pytorch" or "keras", but got "${String(form)}"`);
    const { epsilon = defaultEpsilon[form] } = options;
    for (const [name, value] of Object.entries({ beta1, beta2 })) {
      if (!(value >= 0 && value < 1)) throw new Error(`adam: expected ${name} in [0, 1), but got ${value}`);
    }
    requireFinite('epsilon', epsilon);
    this.form = form;
    this.config = { beta1, beta2, epsilon };
    this.constants = [tf.keep(tf.scalar(beta1)), tf.keep(tf.scalar(beta2)), tf.keep(tf.scalar(epsilon))];
  }

  /** The powers come from the step count, so that a resumed run has the very same ones. */
  protected override prepare(): tf.Tensor[] {
    const [beta1, beta2, epsilon] = this.constants;
    const beta1Power = tf.pow(beta1, this.step);
    const beta2Power = tf.pow(beta2, this.step);
    // The op's epsilon stands beside sqrt(v), PyTorch's beside sqrt(v / (1 - beta2^t)).
    const scaledEpsilon = this.form === 'keras' ? epsilon : tf.mul(epsilon, tf.sqrt(tf.sub(1, beta2Power)));
    return [beta1Power, beta2Power, this.rate, beta1, beta2, scaledEpsilon];
  }

  protected update(variable: tf.Variable, gradient: tf.Tensor, context: tf.Tensor[]): void {
    this.descend('ResourceApplyAdam', [variable, ...this.slots.of(variable)], [...context, gradient]);
  }

  override dispose(): void {
    super.dispose();
    tf.dispose([...this.constants]);
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate, ...this.config };
  }
}

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2019, arXiv:1711.05101), as PyTorch has it: w *= 1 - rate * weightDecay before the step. */
export class NativeAdamW extends NativeAdam {
  /** @nocollapse */
  static override readonly className: string = 'AdamW';

  constructor(learningRate: number | tf.Scalar = 0.001, options: AdamOptions = {}) {
    super(learningRate, { weightDecay: 0.01, ...options });
  }

  protected override decay(variable: tf.Variable, gradient: tf.Tensor, coefficient: number): tf.Tensor {
    this.descend('ResourceApplyGradientDescent', [variable], [tf.mul(this.rate, coefficient), variable]);
    return gradient;
  }
}
