import * as tf from '@cuda-activations/runtime';
import type { ImageShape } from '../data/dataset';

/**
 * Rows of a tensor, by one op. `tf.gather` reads the indices back to check them, which a compiled step cannot; here TensorFlow
 * checks them.
 * @param indices int32, [count]
 */
export function gatherRows<T extends tf.Tensor>(x: T, indices: tf.Tensor1D): T {
  return tf.tidy(() => tf.executeOp('GatherV2', {}, [x, indices, tf.scalar(0, 'int32')], 1)[0] as T);
}

/** Pixel statistics by channel of a [0, 1] image: (x - mean) / deviation. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** The mean and deviation of CIFAR-10's training images, which the authors' experiments with APL use. */
const CIFAR_STATISTICS: Normalization = { mean: [0.4914, 0.4822, 0.4465], deviation: [0.2023, 0.1994, 0.201] };

/** As in the authors' code: MNIST's own, and for colour images plain [-1, 1], or with APL CIFAR-10's. */
export function normalizationOf(shape: ImageShape, apl: boolean): Normalization {
  if (shape[2] === 1) return { mean: [0.1307], deviation: [0.3081] };
  return apl ? CIFAR_STATISTICS : { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };
}

/**
 * Images as bytes on the device, four to an int32 (TensorFlow.js has no uint8), so that a set takes a quarter of its size in
 * int32; batches are gathered, unpacked and normalised there.
 */
export class ImageTensor {
  readonly #packed: tf.Tensor2D;
  readonly #scale: tf.Tensor1D;
  readonly #offset: tf.Tensor1D;
  readonly #shape: ImageShape;

  /**
   * @param images pixels 0..255 of all images
   * @param positions those to keep, in this order
   */
  constructor(images: Uint8Array, positions: ArrayLike<number>, shape: ImageShape, { mean, deviation }: Normalization) {
    const bytes = shape[0] * shape[1] * shape[2];
    const words = Math.ceil(bytes / 4);
    const packed = new Int32Array(positions.length * words);
    const target = new Uint8Array(packed.buffer);
    for (let i = 0; i < positions.length; i++) {
      const from = Number(positions[i]) * bytes;
      target.set(images.subarray(from, from + bytes), i * words * 4);
    }
    this.#packed = tf.tensor2d(packed, [positions.length, words], 'int32');
    this.#scale = tf.tensor1d(deviation.map((value) => 1 / (255 * value)));
    this.#offset = tf.tensor1d(mean.map((value, channel) => -value / (deviation[channel] ?? 1)));
    this.#shape = shape;
  }

  /**
   * A normalised batch. Runs inside a compiled step.
   * @param indices int32, [batch], into the kept images
   * @param augment changes the pixels, 0 to 255, before they are normalised
   * @returns float32, [batch, height, width, channels]
   */
  batch(indices: tf.Tensor1D, augment: (pixels: tf.Tensor4D) => tf.Tensor4D = (pixels) => pixels): tf.Tensor4D {
    return tf.tidy(() => {
      const [height, width, channels] = this.#shape;
      const rows = gatherRows(this.#packed, indices);
      const [bytes] = tf.executeOp('Bitcast', { type: 'uint8' }, [rows], 1) as [tf.Tensor];
      const [floats] = tf.executeOp('Cast', { DstT: 'float32' }, [bytes], 1) as [tf.Tensor];
      const flat = tf.reshape(floats, [-1, (this.#packed.shape[1]) * 4]);
      const pixels = augment(tf.reshape(tf.slice(flat, [0, 0], [-1, height * width * channels]), [-1, height, width, channels]));
      return tf.add(tf.mul(pixels, this.#scale), this.#offset) as tf.Tensor4D;
    });
  }

  /** Frees the images. */
  dispose(): void {
    tf.dispose([this.#packed, this.#scale, this.#offset]);
  }
}
