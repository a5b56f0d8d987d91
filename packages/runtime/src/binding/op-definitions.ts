import { binding } from './binding';
import type { OpDefinition } from './native-binding';

const known = new Map<string, OpDefinition>();

/**
 * TensorFlow's definition of an op.
 * @throws an Error with code NOT_FOUND for an op that is not registered.
 */
export function opDefinition(op: string): OpDefinition {
  let definition = known.get(op);
  if (definition === undefined) {
    definition = binding.opDefinition(op);
    known.set(op, definition);
  }
  return definition;
}
