import * as tf from '@cuda-activations/runtime';
import { positiveInteger } from './arguments';
import { maxPool } from './padded_ops';
import { singleTensor, spatialSize } from './shapes';

/** Options of {@link MaxPool2d}. */
export interface MaxPool2dOptions {
  /** Height and width of the window. */
  readonly poolSize: number;
  readonly stride: number;
  /** Places on each of the four sides that never win, at most half of the window. Default 0. */
  readonly padding?: number;
  readonly name?: string;
}

/**
 * Max pooling with PyTorch's symmetric padding: [batch, height, width, channels] to [batch, height', width', channels], where
 * height' = floor((height + 2 padding - poolSize) / stride) + 1.
 */
export class MaxPool2d extends tf.layers.Layer {
  static readonly className = 'MaxPool2d';
  readonly #options: Required<Omit<MaxPool2dOptions, 'name'>>;

  constructor({ poolSize, stride, padding = 0, ...rest }: MaxPool2dOptions) {
    super(rest);
    positiveInteger('poolSize', poolSize);
    positiveInteger('stride', stride);
    if (!Number.isInteger(padding) || padding < 0 || padding > poolSize / 2) {
      throw new RangeError(`padding: expected an integer from 0 to half of the window of ${poolSize}, got ${padding}`);
    }
    this.#options = { poolSize, stride, padding };
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch = null, height, width, channels = null] = inputShape as tf.Shape;
    const { poolSize, stride, padding } = this.#options;
    return [batch, spatialSize(height, poolSize, stride, padding), spatialSize(width, poolSize, stride, padding), channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { poolSize, stride, padding } = this.#options;
    return tf.tidy(() => maxPool(singleTensor(inputs), poolSize, stride, padding));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
tf.serialization.registerClass(MaxPool2d);
