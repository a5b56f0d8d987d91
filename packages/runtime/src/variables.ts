/**
 * Updates of variables in place.
 *
 * `variable.assign(value)` gives a tf.Variable another tensor, so an optimizer written with it holds every parameter twice while it runs. TensorFlow's
 * resource ops (`ResourceApplyMomentum`, `ResourceApplyAdam`, `AssignAddVariableOp`, ...) change the parameter where it lies. This is how they are
 * called from TypeScript:
 *
 * ```ts
 * applyInPlace('ResourceApplyMomentum', [parameter, momentum], { use_nesterov: false }, [learningRate, gradient, momentumFactor]);
 * applyInPlace('ResourceApplyAdam', [parameter, m, v], {}, [beta1Power, beta2Power, learningRate, beta1, beta2, epsilon, gradient]);
 * applyInPlace('AssignAddVariableOp', [step], {}, [one]);
 * ```
 *
 * Outside of `compile()` the op runs at once. Inside, it is recorded: it reads the variables as earlier statements left them, and later statements see
 * what it wrote. A tf.Variable becomes a view of a TensorFlow variable at its first in-place update and stays an ordinary tf.Variable in every other way:
 * ops read it, `assign`, `data`, `clone` and `dispose` work. Clones and results made before the update keep the old value. The hyperparameters of the
 * ops above are scalar tensors; give them as variables or as arguments of the compiled function if they change from step to step.
 */
import type * as tf from '@tensorflow/tfjs';
import { resourceOf } from './backend/in-place';
import { activeRecorder } from './backend/recorder';
import { tensorflowBackend } from './backend/register';
import { type OpAttributes, toBindingAttributes } from './execute-op';

/**
 * Runs or records a TensorFlow op that updates variables in place.
 *
 * @param op an op whose first inputs are resource handles, e.g. `ResourceApplyGradientDescent`, `AssignSubVariableOp`.
 * @param variables the variables whose handles are these inputs, in order. A variable may appear once.
 * @param attributes as for {@link executeOp}; `T` follows from the inputs.
 * @param inputs the inputs after the handles.
 * @param outputCount how many outputs the op has; most have none.
 * @returns the op's outputs.
 * @throws for a disposed or string variable, a variable given twice, or with TensorFlow's message if the op fails.
 */
export function applyInPlace(
  op: string,
  variables: readonly tf.Variable[],
  attributes: OpAttributes,
  inputs: readonly tf.TensorInfo[],
  outputCount = 0,
): tf.Tensor[] {
  const backend = tensorflowBackend();
  if (new Set(variables).size !== variables.length) throw new Error(`applyInPlace("${op}"): a variable is given twice`);
  const bindingAttributes = toBindingAttributes(op, attributes);
  const recorder = activeRecorder();
  if (recorder !== undefined) {
    const data = inputs.map((input) => backend.data(input));
    return recorder.update(op, bindingAttributes, variables, data, outputCount).map((output) => backend.createOutputTensor(output));
  }
  // Handles first: an input may be one of the variables, whose data moves.
  const handles = variables.map((variable) => resourceOf(backend, variable));
  const values = inputs.map((input) => backend.upload(backend.data(input)));
  return backend.binding.executeOp(op, bindingAttributes, [...handles, ...values], outputCount).map((output) => backend.createOutputTensor(output));
}
