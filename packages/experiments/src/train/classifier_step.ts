import * as tf from '@cuda-activations/runtime';
import type { EvaluationResult, StepResult } from './program';

/** Loss, number of correct predictions, and the gradient's norm for each reported variable (empty where there is none). */
export type StepOutputs = [loss: tf.Scalar, correct: tf.Scalar, norms: tf.Tensor1D];
/** Loss and predicted classes. */
export type EvaluationOutputs = [loss: tf.Scalar, predictions: tf.Tensor1D];

/**
 * One step of the optimiser on the softmax cross-entropy of a batch. To be recorded by `tf.compile`.
 * @param logitsOf the forward pass in training mode, [batch, classes]
 * @param reported variables whose gradient norms are wanted
 */
export function classifierStep(logitsOf: () => tf.Tensor2D, labels: tf.Tensor1D, trainable: readonly tf.Variable[], reported: readonly tf.Variable[], optimizer: tf.Optimizer): StepOutputs {
  return tf.tidy(() => {
    let kept: tf.Scalar | undefined;
    const { value, grads } = tf.variableGrads(() => {
      const logits = logitsOf();
      kept = tf.keep(tf.sum(tf.equal(tf.argMax(logits, 1), labels)) as tf.Scalar);
      return tf.losses.sparseSoftmaxCrossEntropy(labels, logits) as tf.Scalar;
    }, [...trainable]);
    const correct = tf.clone(kept as tf.Scalar);
    kept?.dispose();
    const norms = reported.length > 0 ? tf.optimizers.norms(reported.map((variable) => grads[variable.name] as tf.Tensor)) : tf.zeros([0]);
    optimizer.applyGradients(grads);
    return [value, correct, norms as tf.Tensor1D];
  });
}

/** Loss and predictions of a batch. */
export function classifierEvaluation(logits: tf.Tensor2D, labels: tf.Tensor1D): EvaluationOutputs {
  return [tf.losses.sparseSoftmaxCrossEntropy(labels, logits) as tf.Scalar, tf.argMax(logits, 1) as tf.Tensor1D];
}

/** Brings the outputs of a step here, and frees them. `norms` are in the order of `reported`. */
export async function readStep(outputs: StepOutputs): Promise<Omit<StepResult, 'gradientNorms'> & { readonly norms: ArrayLike<number> }> {
  const [[loss = NaN], [correct = NaN], norms] = (await Promise.all(outputs.map((output) => output.data()))) as [Float32Array, Float32Array, Float32Array];
  tf.dispose(outputs);
  return { loss, correct, norms };
}

/** Brings the outputs of an evaluation here, and frees them. */
export async function readEvaluation(outputs: EvaluationOutputs): Promise<EvaluationResult> {
  const [[loss = NaN], predictions] = (await Promise.all(outputs.map((output) => output.data()))) as [Float32Array, Int32Array];
  tf.dispose(outputs);
  return { loss, predictions };
}
