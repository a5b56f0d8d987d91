import type * as tf from '@cuda-activations/runtime';
import { assignTorch, namedParameters } from './named_parameters';

/** Weights under PyTorch's names, in its shapes and orders ([out, in, height, width], [out, in]). */
export type TorchWeights = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;

/** PyTorch keeps a step counter in every batch normalisation; nothing here reads it. */
const IGNORED = /\.num_batches_tracked$/;

/**
 * Sets all weights of a model from a PyTorch state dictionary.
 *
 * @throws Error naming a weight that is missing, unknown, or of another shape; the model is then unchanged
 */
export function loadTorchWeights(model: tf.LayersModel, weights: TorchWeights): void {
  const parameters = namedParameters(model);
  const names = new Set(parameters.map(({ name }) => name));
  const missing = [...names].filter((name) => !(name in weights));
  const unknown = Object.keys(weights).filter((name) => !names.has(name) && !IGNORED.test(name));
  if (missing.length > 0) throw new Error(`weights: expected ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''} among them; ${missing.length} of ${names.size} are missing`);
  if (unknown.length > 0) throw new Error(`weights: ${model.name} has no ${unknown.slice(0, 5).join(', ')}`);
  for (const { name, torchShape } of parameters) {
    const given = weights[name] as TorchWeights[string];
    const size = torchShape.reduce((product, length) => product * length, 1);
    if (given.shape.join() !== torchShape.join() || given.data.length !== size) {
      throw new Error(`weights: expected ${name} of shape [${torchShape.join(', ')}], got [${given.shape.join(', ')}] with ${given.data.length} values`);
    }
  }
  for (const parameter of parameters) assignTorch(parameter, (weights[parameter.name] as TorchWeights[string]).data);
}

/** All weights of a model as a PyTorch state dictionary. */
export function torchWeights(model: tf.LayersModel): TorchWeights {
  return Object.fromEntries(
    namedParameters(model).map(({ name, torchShape, variable, toTorch }) => [name, { shape: torchShape, data: toTorch(variable.dataSync() as Float32Array) }]),
  );
}
