import { dataTypeBytes } from '../binding/data-types';
import { isAlias, liveNodes } from './liveness';
import type { Node, Value } from './nodes';

/**
 * Bytes of what is computed on the way to a value and read by live ops that the value does not depend on: of a training step's loss, what the backward pass
 * keeps. A buffer counts once, whatever shapes it is seen in; arguments, variables and constants are there anyway and do not count.
 */
export function keptBytes(value: Value, live: ReadonlySet<Node>): number {
  const onTheWay = liveNodes([value.node]);
  const buffers = new Map<Node, Set<number>>();
  for (const node of live) {
    if (node.kind !== 'op' || onTheWay.has(node)) continue;
    for (const input of node.inputs) {
      const { node: made, index } = ownerOf(input);
      if (made.kind !== 'op' || !onTheWay.has(made)) continue;
      buffers.set(made, (buffers.get(made) ?? new Set()).add(index));
    }
  }
  return [...buffers].reduce((sum, [node, indices]) => sum + [...indices].reduce((bytes, index) => bytes + outputBytes(node, index), 0), 0);
}

/** The value whose buffer `value` shares. */
function ownerOf(value: Value): Value {
  const { node } = value;
  const source = node.kind === 'op' && isAlias(node.op) ? node.inputs[0] : undefined;
  return source === undefined ? value : ownerOf(source);
}

function outputBytes({ outputs }: Node, index: number): number {
  const type = outputs[index];
  return type === undefined ? 0 : type.shape.reduce((size, length) => size * length, dataTypeBytes(type.dtype));
}
