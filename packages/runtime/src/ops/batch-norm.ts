import * as tf from '@tensorflow/tfjs';
import { executeOp } from '../execute-op';
import { isNested } from '../gradients/second-order';

/** Result of a batch normalisation in training mode. */
export interface BatchNormTraining {
  readonly y: tf.Tensor;
  /** Mean of the batch, [channels]. Not differentiated. The caller disposes of it. */
  readonly mean: tf.Tensor1D;
  /** Variance of the batch with Bessel's correction (divided by n - 1), [channels]. Not differentiated. The caller disposes of it. */
  readonly unbiasedVariance: tf.Tensor1D;
}

/** Number of values that one channel's statistics are taken over. */
export const samplesPerChannel = (shape: readonly number[]): number => tf.util.sizeFromShape(shape.slice(0, -1));

/** Running statistics, each [channels]. */
export interface RunningStatistics {
  readonly mean: tf.Variable;
  readonly variance: tf.Variable;
}

/** How running statistics follow the batches': running = running + rate (batch - running). */
export interface RunningUpdate {
  /** Share of the new batch: PyTorch's `momentum` (0.1), or 1 - Keras' `momentum` (0.99). */
  readonly rate: number;
  /** PyTorch's convention: the running variance follows the unbiased variance (n - 1). Keras': the biased one (n). */
  readonly unbiased: boolean;
}

/**
 * y = (x - mean) / sqrt(variance + epsilon) * scale + offset over all dimensions but the last, by one op each way (FusedBatchNormV3 and its gradient).
 * Normalises by the biased variance.
 * @param x [..., channels], float32, rank 2 or more.
 * @param scale [channels], or undefined for 1.
 * @param offset [channels], or undefined for 0.
 */
export function batchNormTraining(x: tf.Tensor, scale: tf.Tensor | undefined, offset: tf.Tensor | undefined, epsilon: number): BatchNormTraining {
  return normalize(x, scale, offset, epsilon);
}

/** `batchNormTraining` that also moves running statistics towards the batch's, inside the graph; in PyTorch's convention by the same op. */
export function batchNormWithRunning(
  x: tf.Tensor,
  scale: tf.Tensor | undefined,
  offset: tf.Tensor | undefined,
  epsilon: number,
  running: RunningStatistics,
  update: RunningUpdate,
): tf.Tensor {
  return tf.tidy(() => {
    if (update.unbiased) {
      const { y, mean, unbiasedVariance } = normalize(x, scale, offset, epsilon, { ...running, rate: update.rate });
      assign(running.mean, mean);
      assign(running.variance, unbiasedVariance);
      return y;
    }
    const { y, mean, unbiasedVariance } = normalize(x, scale, offset, epsilon);
    const samples = samplesPerChannel(x.shape);
    move(running.mean, mean, update.rate, 1);
    move(running.variance, unbiasedVariance, update.rate, samples > 1 ? (samples - 1) / samples : 1);
    tf.dispose([mean, unbiasedVariance]);
    return y;
  });
}

/** With `running`, the statistics of the result are the moved running ones. */
function normalize(x: tf.Tensor, scale: tf.Tensor | undefined, offset: tf.Tensor | undefined, epsilon: number, running?: RunningStatistics & { rate: number }): BatchNormTraining {
  const channels = x.shape.at(-1);
  if (x.rank < 2 || channels === undefined) throw new Error(`batchNormTraining: expected x of rank 2 or more, but got shape [${x.shape.join(', ')}]`);
  for (const [name, value] of Object.entries({ scale, offset, mean: running?.mean, variance: running?.variance })) {
    if (value !== undefined && (value.rank !== 1 || value.shape[0] !== channels)) {
      throw new Error(`batchNormTraining: expected ${name} of shape [${channels}], but got [${value.shape.join(', ')}]`);
    }
  }
  if (isNested()) return composite(x, scale, offset, epsilon, running);
  const statistics: tf.Tensor[] = [];
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const attributes = { epsilon, data_format: 'NHWC' };
    // With a factor of 1 the op ignores what the statistics were.
    const empty = tf.tensor1d([], 'float32');
    const inputs = [input, gamma, beta, running?.mean ?? empty, running?.variance ?? empty];
    const [y, mean, variance, ...reserved] = executeOp('FusedBatchNormV3', { ...attributes, is_training: true, exponential_avg_factor: running?.rate ?? 1 }, inputs, 6) as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    statistics.push(tf.keep(mean), tf.keep(variance));
    save([input, gamma, ...reserved]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedGamma, ...rest] = saved as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        const [dx, dScale, dOffset, ...unused] = executeOp('FusedBatchNormGradV3', { ...attributes, is_training: true }, [dy, savedInput, savedGamma, ...rest], 5) as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        tf.dispose(unused);
        return [dx, dScale, dOffset];
      },
    };
  });
  const y = tf.tidy(() => {
    // The op takes rank 4; channels-last layouts of other ranks are views of it.
    const flat = x.rank === 4 ? x : tf.reshape(x, [samplesPerChannel(x.shape), 1, 1, channels]);
    const result = op(flat, scale ?? tf.fill([channels], 1), offset ?? tf.fill([channels], 0));
    return x.rank === 4 ? result : tf.reshape(result, x.shape);
  });
  const [mean, unbiasedVariance] = statistics as [tf.Tensor1D, tf.Tensor1D];
  return { y, mean, unbiasedVariance };
}

/** In stock ops, which can be differentiated again. */
function composite(x: tf.Tensor, scale: tf.Tensor | undefined, offset: tf.Tensor | undefined, epsilon: number, running?: RunningStatistics & { rate: number }): BatchNormTraining {
  const samples = samplesPerChannel(x.shape);
  const { mean, variance } = tf.moments(x, x.shape.slice(0, -1).map((_, axis) => axis));
  const centred = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  const scaled = scale ? tf.mul(centred, scale) : centred;
  const moved = (old: tf.Variable | undefined, value: tf.Tensor): tf.Tensor1D => (old && running ? tf.add(tf.mul(old, 1 - running.rate), tf.mul(value, running.rate)) : value) as tf.Tensor1D;
  const unbiased = tf.mul(variance, samples / Math.max(samples - 1, 1));
  return { y: offset ? tf.add(scaled, offset) : scaled, mean: moved(running?.mean, mean), unbiasedVariance: moved(running?.variance, unbiased) };
}

function assign(variable: tf.Variable, value: tf.Tensor): void {
  variable.assign(value);
  value.dispose();
}

function move(variable: tf.Variable, value: tf.Tensor, rate: number, factor: number): void {
  variable.assign(tf.add(tf.mul(variable, 1 - rate), tf.mul(value, rate * factor)));
}
