import * as tf from '@tensorflow/tfjs';
import { executeOp } from '../execute-op';

/** A tensor of a checkpoint. */
export interface NamedTensor {
  name: string;
  tensor: tf.Tensor;
}

interface Restored {
  readonly name: string;
  /** Variables made at the restore: a step that is being traced can adopt them, and could not take over values that are freed after it. */
  readonly values: readonly tf.Variable[];
}

/** The tensors that an optimiser keeps for each variable (momentum, moments), and their form in checkpoints: slot by slot, variables in order. */
export class SlotStore {
  private readonly slots = new Map<string, tf.Variable[]>();
  /** Restored state of variables that have not had a step yet. */
  private restored: Restored[] = [];

  constructor(private readonly suffixes: readonly string[]) {}

  /** The slots of a variable: restored ones, or zeros. A checkpoint's names decide; where none fits (another process' numbering), its order does. */
  of(variable: tf.Variable): tf.Variable[] {
    const known = this.slots.get(variable.name);
    if (known !== undefined) return known;
    const named = this.restored.findIndex(({ name }) => name === variable.name);
    const [state] = this.restored.splice(named < 0 ? 0 : named, 1);
    if (state !== undefined && !state.values.every((value) => tf.util.arraysEqual(value.shape, variable.shape))) {
      throw new Error(`the optimizer's restored state of "${state.name}" does not have the shape [${variable.shape.join(', ')}] of variable "${variable.name}"`);
    }
    const slots = state ? [...state.values] : this.suffixes.map(() => tf.tidy(() => tf.variable(executeOp('ZerosLike', {}, [variable], 1)[0] as tf.Tensor, false)));
    this.slots.set(variable.name, slots);
    return slots;
  }

  export(): NamedTensor[] {
    return this.suffixes.flatMap((suffix, slot) => [
      ...[...this.slots].map(([name, variables]) => ({ name: `${name}/${suffix}`, tensor: variables[slot] as tf.Tensor })),
      ...this.restored.map(({ name, values }) => ({ name: `${name}/${suffix}`, tensor: values[slot] as tf.Tensor })),
    ]);
  }

  /** @param weights in the order of `export`; cloned. Slots that exist already are overwritten, by name or by order. */
  import(weights: readonly NamedTensor[]): void {
    const count = this.suffixes.length === 0 ? 0 : weights.length / this.suffixes.length;
    if (!Number.isInteger(count) || (this.suffixes.length === 0 && weights.length > 0)) {
      throw new Error(`setWeights: expected ${this.suffixes.length} tensors for each variable, but got ${weights.length} in all`);
    }
    this.dispose();
    const [suffix = ''] = this.suffixes;
    this.restored = weights.slice(0, count).map(({ name }, index) => ({
      name: name.endsWith(`/${suffix}`) ? name.slice(0, -suffix.length - 1) : name,
      values: this.suffixes.map((_, slot) => tf.variable((weights[slot * count + index] as NamedTensor).tensor, false)),
    }));
  }

  dispose(): void {
    for (const variables of this.slots.values()) tf.dispose(variables);
    for (const { values } of this.restored) tf.dispose([...values]);
    this.slots.clear();
    this.restored = [];
  }
}
