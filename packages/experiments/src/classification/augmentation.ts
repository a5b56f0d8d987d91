import * as tf from '@cuda-activations/runtime';

/** Places by which an image may move, each way. */
const PADDING = 4;

/**
 * A random crop of each image, padded with zeros by 4, and a flip of every other one: torchvision's `RandomCrop(size, padding=4)`
 * and `RandomHorizontalFlip()`. Runs inside a compiled step; the numbers are drawn there.
 *
 * @param pixels [batch, height, width, channels]; zero is black, so normalise afterwards, as torchvision's order is
 * @param random moves on by one draw
 */
export function cropAndFlip(pixels: tf.Tensor4D, random: tf.RandomState): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, height, width] = pixels.shape;
    const draws = random.uniform([3, batch]);
    const [first, second, third] = tf.unstack(draws) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    const offset = (draw: tf.Tensor1D): tf.Tensor1D => tf.sub(tf.floor(tf.mul(draw, 2 * PADDING + 1)), PADDING);
    const flipped = tf.cast(tf.less(third, 0.5), 'float32');
    // output(x, y) = input(scale x + shift, y + down): flipped, the last column of the crop comes first.
    const scale = tf.sub(1, tf.mul(flipped, 2));
    const shift = tf.add(offset(first), tf.mul(flipped, width - 1));
    const [zero, one] = [tf.zerosLike(scale), tf.onesLike(scale)];
    const transforms = tf.stack([scale, zero, shift, zero, one, offset(second), zero, zero], 1);
    const [moved] = tf.executeOp('ImageProjectiveTransformV3', { interpolation: 'NEAREST', fill_mode: 'CONSTANT' }, [pixels, transforms, tf.tensor1d([height, width], 'int32'), tf.scalar(0)], 1);
    return moved as tf.Tensor4D;
  });
}
