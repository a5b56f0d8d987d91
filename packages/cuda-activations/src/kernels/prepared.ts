import type { ResolvedActivation } from '../registry/types';
import { activationAttributes, boolAttribute, type OpAttribute } from './ops';

/** A pointwise activation with the attributes of its ops made and frozen, so that a call neither allocates nor converts any. */
export interface PreparedActivation extends ResolvedActivation {
  readonly forward: readonly OpAttribute[];
  /** Of the gradient that takes y, where there is one. */
  readonly gradientFromOutput: readonly OpAttribute[] | undefined;
}

const prepared = new WeakMap<ResolvedActivation, PreparedActivation>();

export function prepare(activation: ResolvedActivation): PreparedActivation {
  let made = prepared.get(activation);
  if (!made) {
    const forward = Object.freeze(activationAttributes(activation));
    const fromOutput = activation.info.fromOutput != null;
    made = { ...activation, forward, gradientFromOutput: fromOutput ? Object.freeze([...forward, boolAttribute('from_output', true)]) : undefined };
    prepared.set(activation, made);
  }
  return made;
}
