/** What op libraries may say about functions that `compile()` records: which of their ops do the work of several. */
import type { TFEOpAttr } from '../binding/native-binding';
import type { Value } from './nodes';
import { viewed } from './views';

/** An op as a compiled function records it. */
export interface RecordedOp {
  readonly op: string;
  readonly attributes: readonly TFEOpAttr[];
  readonly inputs: readonly Value[];
}

/** An op that stands for the recorded one; the recorded one's outputs are its first outputs. */
export interface Substitute extends RecordedOp {
  readonly outputCount: number;
}

/** An output of an op that was recorded. */
export type Output = Pick<Value, 'node' | 'index'>;

/** What stands for a recorded op: another op, or a value that is there already; undefined to leave it as it is. */
export type Rewrite = (recorded: RecordedOp) => Substitute | Output | undefined;

const rewrites = new Map<string, Rewrite>();

/**
 * Lets compiled functions record something else in an op's place. What the recorded op would have read is left out of the function where nothing else needs it.
 * @throws an Error where the op has a rewrite already.
 */
export function registerRewrite(op: string, rewrite: Rewrite): void {
  if (rewrites.has(op)) throw new Error(`op ${op} has a rewrite already`);
  rewrites.set(op, rewrite);
}

/** What stands for an op; see {@link Rewrite}. */
export function rewritten(recorded: RecordedOp): ReturnType<Rewrite> {
  return rewrites.get(recorded.op)?.(recorded);
}

/** The op that made a value, if an op of this function did, and which of its outputs the value is. */
export function producerOf({ node, index }: Value): (RecordedOp & { readonly output: number }) | undefined {
  return node.kind === 'op' ? { op: node.op, attributes: node.attributes, inputs: node.inputs, output: index } : undefined;
}

/** Another output of the op that made a value. */
export function outputOf({ node }: Value, index: number): Output {
  if (node.kind !== 'op' || node.outputs[index] === undefined) throw new Error(`there is no output ${String(index)} of ${node.kind === 'op' ? `op ${node.op}` : `a node of kind ${node.kind}`}`);
  return { node, index };
}

/** What a value is a view of that has its last dimension: the same rows, one after the other. Itself where it is no view. */
export function rowsOf(value: Value): Value {
  const source = viewed(value);
  return source !== undefined && shapeOf(source).at(-1) === shapeOf(value).at(-1) ? rowsOf(source) : value;
}

/** Shape of a value. */
export function shapeOf({ node, index }: Output): readonly number[] {
  return node.outputs[index]?.shape ?? [];
}

/** The numbers of a constant of this function. */
export function constantOf({ node }: Output): readonly number[] | undefined {
  return node.kind === 'constant' && !Array.isArray(node.values) ? Array.from<number | bigint, number>(node.values, Number) : undefined;
}
