import * as tf from '@cuda-activations/runtime';
import type { NamedParameter } from '@cuda-activations/models';
import type { StoredArray, StoredArrays } from '../runs/safetensors';

const OPTIMIZER = 'optimizer/';

/** What training changes. */
export interface Trained {
  readonly parameters: readonly NamedParameter[];
  readonly optimizer: tf.Optimizer;
  /** Random states by the names that they are stored under. */
  readonly random?: Readonly<Record<string, tf.RandomState>>;
}

/** Weights, statistics, random states and optimiser slots, for a checkpoint. */
export async function storedState({ parameters, optimizer, random = {} }: Trained): Promise<StoredArrays> {
  const arrays: Record<string, StoredArray> = {};
  for (const { name, variable } of parameters) arrays[name] = { shape: variable.shape, values: (await variable.data()) as Float32Array };
  for (const [name, generator] of Object.entries(random)) {
    const state = generator.getState();
    arrays[name] = { shape: state.shape, values: (await state.data()) as unknown as Int32Array };
    state.dispose();
  }
  const slots = await optimizer.getWeights();
  // Variables have other names in another process, so their place tells which is which.
  for (const [i, { tensor }] of slots.entries()) arrays[`${OPTIMIZER}${i}`] = { shape: tensor.shape, values: (await tensor.data()) as Float32Array | Int32Array };
  // The step count is made for the caller; the slots are the optimiser's own.
  slots[0]?.tensor.dispose();
  return arrays;
}

/** Sets what {@link storedState} stored. @throws Error naming what is missing */
export async function restoreState({ parameters, optimizer, random = {} }: Trained, arrays: StoredArrays): Promise<void> {
  for (const { name, variable } of parameters) {
    const stored = arrays[name];
    if (!stored) throw new Error(`the checkpoint lacks ${name}`);
    tf.tidy(() => { variable.assign(tf.tensor(stored.values, variable.shape)); });
  }
  for (const [name, generator] of Object.entries(random)) {
    const stored = arrays[name];
    if (stored) tf.tidy(() => { generator.setState(tf.tensor(stored.values, [...stored.shape])); });
  }
  const slots = Object.entries(arrays).filter(([name]) => name.startsWith(OPTIMIZER));
  if (slots.length === 0) return;
  const weights = slots.map(([name, { shape, values }]) => ({ name, tensor: tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32') }));
  await optimizer.setWeights(weights);
  tf.dispose(weights.map(({ tensor }) => tensor));
}
