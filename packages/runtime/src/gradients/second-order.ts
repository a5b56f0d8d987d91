import * as tf from '@tensorflow/tfjs';

/** Whether what runs now will be differentiated twice (a gradient inside a gradient). */
export function isNested(): boolean {
  return (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 1;
}

/**
 * A gradient that gives way to the stock one where it will itself be differentiated: it runs TensorFlow's gradient op, which the tape does not see.
 * The engine asks for each part of a gradient when it records a node, so that what is saved and what uses it go together.
 */
export function stockWhereNested(config: tf.GradConfig, stock: tf.GradConfig): tf.GradConfig {
  const chosen = (): tf.GradConfig => (isNested() ? stock : config);
  return {
    kernelName: config.kernelName,
    get inputsToSave() {
      return chosen().inputsToSave ?? [];
    },
    get outputsToSave() {
      return chosen().outputsToSave ?? [];
    },
    get saveAllInputs() {
      return chosen().saveAllInputs ?? false;
    },
    get gradFunc() {
      return chosen().gradFunc;
    },
  };
}
