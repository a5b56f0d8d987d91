import * as tf from '@cuda-activations/runtime';

/**
 * Convolution of [batch, height, width, channels] with `padding` zeros on every side.
 *
 * @param kernel shape [size, size, channels, filters]
 */
export function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, padding: number): tf.Tensor4D {
  if (padding === 0) return tf.conv2d(x, kernel, stride, 'valid');
  // With stride 1, "same" pads size - 1 zeros, half on each side.
  if (stride === 1 && kernel.shape[0] === 2 * padding + 1) return tf.conv2d(x, kernel, stride, 'same');
  return explicitConvolution(x, kernel, stride, padding);
}

/** Max pooling of [batch, height, width, channels]; a padded place never wins. */
export function maxPool(x: tf.Tensor4D, size: number, stride: number, padding: number): tf.Tensor4D {
  return padding === 0 ? tf.maxPool(x, size, stride, 'valid') : explicitMaxPool(x, size, stride, padding);
}

/** TensorFlow pads inside its convolutions too; the kernels of TensorFlow.js do not pass that on to the gradients. */
function explicitConvolution(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, padding: number): tf.Tensor4D {
  const attributes = window(stride, padding);
  const convolution = tf.customGrad((...args) => {
    const [input, filter, save] = args as unknown as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([input, filter]);
    return {
      value: only(tf.executeOp('Conv2D', attributes, [input, filter], 1)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedFilter] = saved as [tf.Tensor4D, tf.Tensor4D];
        const dInput = inputGradient(savedInput.shape, savedFilter, dy as tf.Tensor4D, stride, padding);
        const dFilter = only(tf.executeOp('Conv2DBackpropFilter', attributes, [savedInput, tf.tensor1d(savedFilter.shape, 'int32'), dy], 1));
        return [dInput, dFilter];
      },
    };
  });
  return convolution(x, kernel) as tf.Tensor4D;
}

/**
 * dx by way of the gradient of the padded input: TensorFlow's kernel for explicit padding leaves oneDNN here and takes up to 30
 * times as long (4 x 4 x 512), where its forward and filter gradient do not.
 */
function inputGradient(shape: readonly [number, number, number, number], kernel: tf.Tensor4D, dy: tf.Tensor4D, stride: number, padding: number): tf.Tensor {
  const [batch, height, width, channels] = shape;
  // Only as much padding behind the image as a window reaches.
  const padded = (size: number, windows: number): number => Math.max(size + padding, (windows - 1) * stride + (kernel.shape[0] ?? 1));
  const paddedShape = [batch, padded(height, dy.shape[1]), padded(width, dy.shape[2]), channels];
  const attributes = { strides: [1, stride, stride, 1], padding: 'VALID', data_format: 'NHWC' };
  const dPadded = only(tf.executeOp('Conv2DBackpropInput', attributes, [tf.tensor1d(paddedShape, 'int32'), kernel, dy], 1));
  return tf.slice(dPadded, [0, padding, padding, 0], [batch, height, width, channels]);
}

function explicitMaxPool(x: tf.Tensor4D, size: number, stride: number, padding: number): tf.Tensor4D {
  const attributes = { ...window(stride, padding), ksize: [1, size, size, 1] };
  const pooling = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor4D, tf.GradSaveFunc];
    const value = only(tf.executeOp('MaxPool', attributes, [input], 1));
    save([input, value]);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [only(tf.executeOp('MaxPoolGrad', attributes, [...saved, dy], 1))] };
  });
  return pooling(x) as tf.Tensor4D;
}

const window = (stride: number, padding: number): tf.OpAttributes => ({
  strides: [1, stride, stride, 1],
  padding: 'EXPLICIT',
  explicit_paddings: [0, 0, padding, padding, padding, padding, 0, 0],
  data_format: 'NHWC',
});

const only = (outputs: tf.Tensor[]): tf.Tensor => outputs[0] as tf.Tensor;
