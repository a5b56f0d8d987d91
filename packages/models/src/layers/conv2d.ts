import * as tf from '@cuda-activations/runtime';
import { convolve } from './padded_ops';
import { positiveInteger } from './arguments';
import { singleTensor, spatialSize } from './shapes';

/** Options of {@link Conv2d}. */
export interface Conv2dOptions {
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  readonly stride?: number;
  /** Zeros on each of the four sides, as PyTorch counts them. Default 0. */
  readonly padding?: number;
  readonly useBias?: boolean;
  readonly name?: string;
}

/**
 * A convolution with PyTorch's symmetric padding: [batch, height, width, channels] to [batch, height', width', filters], where
 * height' = floor((height + 2 padding - kernelSize) / stride) + 1.
 *
 * `tf.layers.conv2d` cannot say this: TensorFlow's "same" pads a strided convolution on one side only. The kernel starts at
 * zero: the initialisation schemes of this package set it.
 */
export class Conv2d extends tf.layers.Layer {
  static readonly className = 'Conv2d';
  readonly #options: Required<Omit<Conv2dOptions, 'name'>>;
  #kernel: tf.LayerVariable | undefined;
  #bias: tf.LayerVariable | undefined;

  constructor({ filters, kernelSize, stride = 1, padding = 0, useBias = true, ...rest }: Conv2dOptions) {
    super(rest);
    positiveInteger('filters', filters);
    positiveInteger('kernelSize', kernelSize);
    positiveInteger('stride', stride);
    if (!Number.isInteger(padding) || padding < 0) throw new RangeError(`padding: expected an integer of at least 0, got ${padding}`);
    this.#options = { filters, kernelSize, stride, padding, useBias };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = (inputShape as tf.Shape)[3];
    if (channels === undefined || channels === null) throw new RangeError(`input: expected shape [batch, height, width, channels], got [${String(inputShape)}]`);
    const { filters, kernelSize, useBias } = this.#options;
    this.#kernel = this.addWeight('kernel', [kernelSize, kernelSize, channels, filters], 'float32', tf.initializers.zeros());
    if (useBias) this.#bias = this.addWeight('bias', [filters], 'float32', tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch = null, height, width] = inputShape as tf.Shape;
    const { filters, kernelSize, stride, padding } = this.#options;
    return [batch, spatialSize(height, kernelSize, stride, padding), spatialSize(width, kernelSize, stride, padding), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const { stride, padding } = this.#options;
      const kernel = this.#kernel as tf.LayerVariable;
      const y = convolve(singleTensor(inputs), kernel.read() as tf.Tensor4D, stride, padding);
      return this.#bias ? tf.add(y, this.#bias.read()) : y;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
tf.serialization.registerClass(Conv2d);
