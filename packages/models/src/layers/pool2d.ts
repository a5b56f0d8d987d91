import * as tf from '@cuda-activations/runtime';
import { oneOf, positiveInteger } from './arguments';
import { pool } from './padded_ops';
import { ROUNDINGS, singleTensor, spatialSize, type Rounding } from './shapes';

/** Options of {@link MaxPool2d} and {@link AveragePool2d}. */
export interface Pool2dOptions {
  /** Height and width of the window. */
  readonly poolSize: number;
  readonly stride: number;
  /** Places on each of the four sides that do not count, at most half of the window. Default 0. */
  readonly padding?: number;
  /** Default `floor`, PyTorch's; `ceil` is Caffe's. */
  readonly rounding?: Rounding;
  readonly name?: string;
}

/**
 * Pooling with symmetric padding: [batch, height, width, channels] to [batch, height', width', channels], where
 * height' = rounding((height + 2 padding - poolSize) / stride) + 1.
 */
abstract class Pool2d extends tf.layers.Layer {
  protected abstract readonly kind: 'max' | 'average';
  readonly #options: Required<Omit<Pool2dOptions, 'name'>>;

  constructor({ poolSize, stride, padding = 0, rounding = 'floor', ...rest }: Pool2dOptions) {
    super(rest);
    positiveInteger('poolSize', poolSize);
    positiveInteger('stride', stride);
    if (!Number.isInteger(padding) || padding < 0 || padding > poolSize / 2) {
      throw new RangeError(`padding: expected an integer from 0 to half of the window of ${poolSize}, got ${padding}`);
    }
    oneOf('rounding', rounding, ROUNDINGS);
    this.#options = { poolSize, stride, padding, rounding };
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch = null, height, width, channels = null] = inputShape as tf.Shape;
    const { poolSize, stride, padding, rounding } = this.#options;
    return [batch, spatialSize(height, poolSize, stride, padding, rounding), spatialSize(width, poolSize, stride, padding, rounding), channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { poolSize: size, ...rest } = this.#options;
    return tf.tidy(() => pool(this.kind, singleTensor(inputs), { size, ...rest }));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}

/** Largest value of each window; a padded place never wins. */
export class MaxPool2d extends Pool2d {
  static readonly className = 'MaxPool2d';
  protected override readonly kind = 'max';
}
tf.serialization.registerClass(MaxPool2d);

/** Mean of each window over its places on the image, as in Caffe; PyTorch counts padded places too, which without padding is the same. */
export class AveragePool2d extends Pool2d {
  static readonly className = 'AveragePool2d';
  protected override readonly kind = 'average';
}
tf.serialization.registerClass(AveragePool2d);
