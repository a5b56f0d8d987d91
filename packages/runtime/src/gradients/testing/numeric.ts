import * as tf from '../../index';

/** Runs `body` with all repairs off: stock TensorFlow.js on the same backend. */
export function withStock<T>(body: () => T): T {
  tf.configureRepairs(false);
  try {
    return body();
  } finally {
    tf.configureRepairs(true);
  }
}

/** Values with the sizes and signs that matter, repeatable, none on a kink. */
export function values(shape: number[], seed = 1): tf.Tensor {
  return tf.randomUniform(shape, -2, 2, 'float32', seed);
}

/**
 * Largest difference between the gradient of sum(f(x) w) by `tf.grad` and by central differences, relative to the largest derivative.
 * float32 forward passes leave about 1e-3 with this step.
 */
export function gradientError(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, step = 1e-2): number {
  return tf.tidy(() => {
    const weights = values(f(x).shape, 99);
    const objective = (input: tf.Tensor): tf.Scalar => tf.sum(tf.mul(f(input), weights));
    const analytic = tf.grad(objective)(x).dataSync();
    const at = x.dataSync();
    const numeric = Float64Array.from(at, (_, index) => {
      const moved = (by: number): number => {
        const copy = Float32Array.from(at);
        copy[index] = (copy[index] as number) + by;
        // Summed in double: the differences are small beside the sum.
        const terms = Array.from(tf.mul(f(tf.tensor(copy, x.shape)), weights).dataSync());
        return terms.reduce((sum, term) => sum + term, 0);
      };
      return (moved(step) - moved(-step)) / (2 * step);
    });
    const scale = Math.max(...numeric.map(Math.abs), 1e-3);
    return Math.max(...numeric.map((value, index) => Math.abs(value - (analytic[index] as number)))) / scale;
  });
}

/** Largest absolute difference of two tensors. */
export function difference(a: tf.Tensor, b: tf.Tensor): number {
  return tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] as number);
}
