import type { Node, OpNode, Value, VariableSlot } from './nodes';
import { VIEWS } from './views';

/** Ops whose output shares the buffer of their first input. */
const aliases = new Set(['Identity', 'StopGradient', ...VIEWS]);

export const isAlias = (op: string): boolean => aliases.has(op);

/** The nodes that a set of values needs, directly or through others. */
export function liveNodes(roots: Iterable<Node>): Set<Node> {
  const live = new Set<Node>();
  const pending = [...roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (live.has(node)) continue;
    live.add(node);
    if (node.kind === 'op') for (const input of node.inputs) pending.push(input.node);
  }
  return live;
}

/** Which live ops use a node's outputs. */
export function consumersOf(live: ReadonlySet<Node>): Map<Node, OpNode[]> {
  const consumers = new Map<Node, OpNode[]>();
  for (const node of live) {
    if (node.kind !== 'op') continue;
    for (const { node: input } of node.inputs) {
      const list = consumers.get(input);
      if (list === undefined) consumers.set(input, [node]);
      else if (list[list.length - 1] !== node) list.push(node);
    }
  }
  return consumers;
}

/** All ops that look at the buffer of `node`'s output, through aliases too. */
function readers(node: Node, consumers: ReadonlyMap<Node, readonly OpNode[]>, found: Set<OpNode>): void {
  for (const consumer of consumers.get(node) ?? []) {
    if (found.has(consumer)) continue;
    found.add(consumer);
    if (isAlias(consumer.op) && consumer.inputs[0]?.node === node) readers(consumer, consumers, found);
  }
}

/** A node's reads of a variable up to and including a version. */
function readsUpTo(slot: VariableSlot, version: number, live: ReadonlySet<Node>): Node[] {
  return slot.reads
    .slice(0, version + 1)
    .flatMap((read: Value | undefined) => (read !== undefined && live.has(read.node) ? [read.node] : []));
}

/**
 * What must have run before an update: the update before it, all reads of earlier values (or they would see this one), and, so that TensorFlow need
 * not copy the buffer, what was recorded before it and uses these values. Recording order makes a cycle impossible.
 */
export function beforeUpdate(update: OpNode, live: ReadonlySet<Node>, consumers: ReadonlyMap<Node, readonly OpNode[]>): Set<Node> {
  const before = new Set<Node>();
  for (const slot of update.updates) {
    const version = slot.updates.indexOf(update);
    const previous = slot.updates[version - 1];
    if (previous !== undefined) before.add(previous);
    for (const read of readsUpTo(slot, version, live)) {
      before.add(read);
      const users = new Set<OpNode>();
      readers(read, consumers, users);
      for (const user of users) if (user.position < update.position) before.add(user);
    }
  }
  return before;
}
