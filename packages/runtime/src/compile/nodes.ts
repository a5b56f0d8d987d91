/** A trace: what a function did, as nodes of a dataflow graph. */
import type * as tf from '@tensorflow/tfjs';
import type { TensorData, TraceSymbol } from '../backend/tensor-data';
import type { HostValues, TFEOpAttr } from '../binding/native-binding';

/** Type and shape of an output; all shapes in a trace are known. */
export interface OutputType {
  readonly dtype: number;
  readonly shape: number[];
}

/** One output of one node. The `symbol` of a traced tensor. */
export interface Value extends TraceSymbol {
  readonly node: Node;
  readonly index: number;
  /** Place in the trace's list of values. */
  readonly position: number;
}

interface NodeBase {
  /** Number of the node in the graph that infers shapes. */
  readonly shadow: number;
  readonly outputs: readonly OutputType[];
}

/** A tensor argument of the function. */
export interface ArgumentNode extends NodeBase {
  readonly kind: 'argument';
  readonly position: number;
}

/** A tensor that the function found outside, taken by reference. */
export interface OutsideNode extends NodeBase {
  readonly kind: 'outside';
  readonly data: TensorData;
}

/** A tensor that the function made from JavaScript values. */
export interface ConstantNode extends NodeBase {
  readonly kind: 'constant';
  readonly values: HostValues;
}

/** The value of a variable after `version` updates by this function. */
export interface ReadNode extends NodeBase {
  readonly kind: 'read';
  readonly slot: VariableSlot;
  readonly version: number;
}

/** An op. `updates` are the variables whose handles are its first inputs, before `inputs`. */
export interface OpNode extends NodeBase {
  readonly kind: 'op';
  readonly op: string;
  readonly attributes: readonly TFEOpAttr[];
  readonly inputs: readonly Value[];
  readonly updates: readonly VariableSlot[];
  readonly isStateful: boolean;
  /** Position in the order of recording. */
  readonly position: number;
  /** The line that asked for it, where values are checked. */
  readonly location?: string;
}

export type Node = ArgumentNode | OutsideNode | ConstantNode | ReadNode | OpNode;

/** What a trace knows of a variable. */
export interface VariableSlot {
  readonly variable: tf.Variable;
  readonly type: OutputType;
  /** Ops that update it, in order. `updates.length` is its version. */
  readonly updates: OpNode[];
  /** Reads by version; holes where a version was never read. */
  readonly reads: (Value | undefined)[];
  /** The value that a variable made inside the function starts with. */
  readonly initial?: Value;
}
