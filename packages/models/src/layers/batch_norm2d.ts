import * as tf from '@cuda-activations/runtime';
import { singleTensor } from './shapes';

/** Options of {@link BatchNorm2d}. */
export interface BatchNorm2dOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Share of the new batch in the running statistics (PyTorch's meaning; Keras's is one minus this). Default 0.1. */
  readonly momentum?: number;
  readonly name?: string;
}

/**
 * Batch normalisation of [batch, height, width, channels] with PyTorch's conventions: the batch is normalised by its biased
 * variance, and the running variance takes the unbiased one.
 *
 * Source: Ioffe and Szegedy, "Batch normalization", ICML 2015; `torch.nn.BatchNorm2d`.
 */
export class BatchNorm2d extends tf.layers.Layer {
  static readonly className = 'BatchNorm2d';
  readonly #epsilon: number;
  readonly #momentum: number;
  #gamma!: tf.LayerVariable;
  #beta!: tf.LayerVariable;
  #mean!: tf.LayerVariable;
  #variance!: tf.LayerVariable;

  constructor({ epsilon = 1e-5, momentum = 0.1, ...rest }: BatchNorm2dOptions = {}) {
    super(rest);
    if (!(epsilon > 0)) throw new RangeError(`epsilon: expected a number above 0, got ${epsilon}`);
    if (!(momentum >= 0 && momentum <= 1)) throw new RangeError(`momentum: expected a number from 0 to 1, got ${momentum}`);
    this.#epsilon = epsilon;
    this.#momentum = momentum;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = [(inputShape as tf.Shape)[3] ?? 0];
    this.#gamma = this.addWeight('gamma', shape, 'float32', tf.initializers.ones());
    this.#beta = this.addWeight('beta', shape, 'float32', tf.initializers.zeros());
    this.#mean = this.addWeight('moving_mean', shape, 'float32', tf.initializers.zeros(), undefined, false);
    this.#variance = this.addWeight('moving_variance', shape, 'float32', tf.initializers.ones(), undefined, false);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const x = singleTensor(inputs);
      const scale = this.#gamma.read() as tf.Tensor1D;
      const offset = this.#beta.read() as tf.Tensor1D;
      if (kwargs.training !== true) {
        return tf.batchNorm4d(x, this.#mean.read() as tf.Tensor1D, this.#variance.read() as tf.Tensor1D, offset, scale, this.#epsilon);
      }
      const running = { mean: this.#mean.read() as tf.Variable, variance: this.#variance.read() as tf.Variable };
      return tf.ops.batchNormWithRunning(x, scale, offset, this.#epsilon, running, { rate: this.#momentum, unbiased: true });
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.#epsilon, momentum: this.#momentum };
  }
}
tf.serialization.registerClass(BatchNorm2d);
