import type { OutputType, Value } from './nodes';

/** Ops that give their first input another shape and do nothing else. */
export const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'ExpandDims', 'Squeeze']);

/** What a value is a view of, if it is one. */
export function viewed({ node }: Value): Value | undefined {
  return node.kind === 'op' && VIEWS.has(node.op) ? node.inputs[0] : undefined;
}

/**
 * What a view of `value` with the type of its output is a view of. A gradient turns shapes back and forth: where one in the chain below has the shape already,
 * that is the result and no op is needed; else one view of the first in the chain will do.
 * @returns `same` where the value has the shape already, `source` where it must be given it.
 */
export function beneath(value: Value, type: OutputType): { readonly same: Value } | { readonly source: Value } {
  let source = value;
  for (let next: Value | undefined = value; next !== undefined; next = viewed(next)) {
    const shape = next.node.outputs[next.index]?.shape;
    if (shape?.length === type.shape.length && shape.every((size, i) => size === type.shape[i])) return { same: next };
    source = next;
  }
  return { source };
}
