/** The building blocks of training that this package adds to TensorFlow.js; importing it puts the repairs in place. */
import * as tf from '@tensorflow/tfjs';
import { softmaxCrossEntropyWithLogits, sparseSoftmaxCrossEntropyWithLogits } from './losses/softmax-cross-entropy';
import { batchNormTraining, batchNormWithRunning } from './ops/batch-norm';
import { embedding } from './ops/embedding';
import { layerNorm } from './ops/layer-norm';
import { dropout as dropoutOp, seededDropout } from './ops/dropout';
import { RandomState, setRandomSeed } from './ops/random';
import { registerKernels } from './ops/register';
import { activeRepairs, configureRepairs } from './repairs';

export type { BatchNormTraining, RunningStatistics, RunningUpdate } from './ops/batch-norm';
export type { AdamOptions } from './optimizers/adam';
export { NativeOptimizer, type CommonOptions, type StepWithNorms } from './optimizers/native-optimizer';
export type { MomentumOptions } from './optimizers/sgd';
export { losses } from './losses/namespace';
export { optimizers } from './optimizers/train';
export { activeRepairs, configureRepairs, type Repairs } from './repairs';
export { RandomState, setRandomSeed };

/** Differentiable ops that stock TensorFlow.js has not, or not as one op. All can be recorded by compile(). */
export const ops = {
  batchNormTraining,
  batchNormWithRunning,
  dropout: dropoutOp,
  embedding,
  layerNorm,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} as const;

/** `tf.dropout` with the mask drawn inside the graph, unless the repair `dropout` is off. */
export const dropout: typeof tf.dropout = (x, rate, noiseShape, seed) =>
  activeRepairs().dropout ? seededDropout(x, rate, noiseShape, seed) : tf.dropout(x, rate, noiseShape, seed);

registerKernels();
configureRepairs(true);
