import * as tf from '@tensorflow/tfjs';
import type { TensorFlowBackend } from '../backend/backend';
import type { TensorData } from '../backend/tensor-data';
import type { HostValues, NativeBinding } from '../binding/native-binding';
import { beforeUpdate, consumersOf, liveNodes } from './liveness';
import type { Node, OpNode, OutputType, Value, VariableSlot } from './nodes';
import { describeValue, isFloat, messageOf } from './numerics';
import { type Trace, WORKSPACE } from './trace';

/** Where a parameter of the function comes from. */
export type ProgramInput =
  | { readonly kind: 'argument'; readonly position: number; readonly type: OutputType }
  | { readonly kind: 'outside'; readonly data: TensorData }
  | { readonly kind: 'variable'; readonly variable: tf.Variable }
  /** The handle of a variable that the function updates. */
  | { readonly kind: 'handle'; readonly variable: tf.Variable };

/**
 * - `whole`: everything.
 * - `exported`: as `whole`, for readers elsewhere: small outside tensors are constants, and nodes `result_<n>` and `updates` are found by name.
 * - `pure`: without updates and side effects; a variable made by the function stands for the value it was made with.
 * - `frozen`: as `pure`, with variables and outside tensors as constants of their present values.
 */
export type GraphMode = 'whole' | 'exported' | 'pure' | 'frozen';

/** Constants up to this many bytes are part of the graph. */
const EMBEDDED_BYTES = 2 ** 16;

/** Outside tensors of up to this many values become constants of an exported graph. */
const EXPORTED_VALUES = 2 ** 13;

/** A tensor of the graph by name, as `node:index`, with its type. */
export interface NamedTensor extends OutputType {
  readonly name: string;
}

/** Writes the live part of a trace into a TensorFlow graph, in order. */
export class GraphBuilder {
  readonly inputs: ProgramInput[] = [];
  /** Inputs that nothing else refers to: large constants. */
  readonly owned: TensorData[] = [];
  /** Nodes by op. */
  readonly ops = new Map<string, number>();
  /** What the results and updates need. */
  readonly live: ReadonlySet<Node>;

  private readonly graph: number;
  private readonly parameters: number[] = [];
  private readonly numbers = new Map<Node, number>();
  private readonly handles = new Map<VariableSlot, number>();
  /** Checks by the endpoint that they look at. */
  private readonly checks = new Map<string, number>();
  private readonly outputs: number[] = [];
  private readonly effects: number[] = [];

  private readonly binding: NativeBinding;
  /** Whether the graph changes variables. */
  private readonly updates: boolean;

  constructor(
    private readonly backend: TensorFlowBackend,
    trace: Trace,
    private readonly results: readonly Value[],
    private readonly mode: GraphMode,
    private readonly checkNumerics = false,
  ) {
    const { binding } = backend;
    this.binding = binding;
    this.updates = mode === 'whole' || mode === 'exported';
    const effects = this.updates ? trace.ops.filter((op) => op.isStateful || op.updates.length > 0) : [];
    const live = (this.live = liveNodes([...results.map((value) => value.node), ...effects]));
    const consumers = consumersOf(live);
    this.graph = binding.createGraph();
    let previousEffect: number | undefined;
    for (const op of trace.ops) {
      if (!live.has(op)) continue;
      const controls = new Set<number>();
      for (const node of beforeUpdate(op, live, consumers)) controls.add(this.number(node));
      const isEffect = op.isStateful && op.updates.length === 0;
      // Side effects other than updates happen in the order of recording.
      if (isEffect && previousEffect !== undefined) controls.add(previousEffect);
      const number = this.addOp(op, [...controls]);
      if (isEffect) previousEffect = number;
      if (isEffect || op.updates.length > 0) this.effects.push(number);
    }
    this.addResults();
    if (mode === 'exported') this.nameResults();
  }

  /** Registers the graph as a function and returns its full name. */
  toFunction(name: string): string {
    const parameters = this.parameters.flatMap((node) => [node, 0]);
    return this.binding.graphFunction(this.graph, name, parameters, this.outputs, this.effects);
  }

  /** The parameters that are arguments of the function, and the results. */
  signature(): { inputs: NamedTensor[]; outputs: NamedTensor[] } {
    const inputs = this.inputs.flatMap((input, i) => {
      if (input.kind !== 'argument') return [];
      return [{ name: `${this.binding.graphNodeName(this.graph, this.parameters[i] as number)}:0`, ...input.type }];
    });
    const outputs = this.results.map(({ node, index }, i) => ({
      name: `${this.binding.graphNodeName(this.graph, this.outputs[2 * i] as number)}:${String(this.outputs[2 * i + 1])}`,
      ...(node.outputs[index] as OutputType),
    }));
    return { inputs, outputs };
  }

  /** The graph as a serialized GraphDef. */
  serialize(): Buffer {
    return this.binding.serializeGraph(this.graph);
  }

  close(): void {
    this.binding.deleteGraph(this.graph);
  }

  private count(op: string): void {
    this.ops.set(op, (this.ops.get(op) ?? 0) + 1);
  }

  private parameter(input: ProgramInput, dtype: number, shape: number[]): number {
    const number = this.binding.graphPlaceholder(this.graph, dtype, shape, this.parameterName(input));
    this.inputs.push(input);
    this.parameters.push(number);
    return number;
  }

  private parameterName(input: ProgramInput): string {
    const number = String(this.parameters.length);
    if (input.kind === 'argument') return `argument_${String(input.position)}`;
    return input.kind === 'outside' ? `outside_${number}` : `${input.kind}_${number}_${input.variable.name.replace(/[^A-Za-z0-9_]/g, '_')}`;
  }

  /** A constant of the value that a tensor has now. */
  private freezeData(data: TensorData): number {
    this.count('Const');
    const values = this.binding.tensorDataSync(this.backend.upload(data));
    return this.binding.graphConstant(this.graph, data.shape, data.dtype, values);
  }

  private handle(slot: VariableSlot): number {
    let number = this.handles.get(slot);
    if (number === undefined) {
      number = this.parameter({ kind: 'handle', variable: slot.variable }, this.binding.TF_RESOURCE, []);
      this.handles.set(slot, number);
    }
    return number;
  }

  /** The node's number in the graph, added first if it is not there. */
  private number(node: Node): number {
    let number = this.numbers.get(node);
    if (number === undefined) {
      number = this.addSource(node);
      this.numbers.set(node, number);
    }
    return number;
  }

  /** Node and index of a value in the graph: behind its check, where values are checked. What uses a bad value does not run, updates among it. */
  private endpoint(node: Node, index: number): [number: number, index: number] {
    const number = this.number(node);
    const type = node.outputs[index];
    if (!this.checkNumerics || type === undefined || !isFloat(type) || (node.kind === 'op' && WORKSPACE.has(`${node.op}:${String(index)}`))) return [number, index];
    const key = `${String(number)}:${String(index)}`;
    let check = this.checks.get(key);
    if (check === undefined) {
      const message = { name: 'message', type: this.binding.TF_ATTR_STRING, value: messageOf(describeValue(node, index)) };
      this.count('CheckNumerics');
      check = this.binding.graphNode(this.graph, 'CheckNumerics', [message], [number, index], []).node;
      this.checks.set(key, check);
    }
    return [check, 0];
  }

  private addSource(node: Node): number {
    const [type] = node.outputs;
    if (type === undefined) throw new Error('a node without outputs is not a source');
    switch (node.kind) {
      case 'argument':
        return this.parameter({ kind: 'argument', position: node.position, type }, type.dtype, type.shape);
      case 'outside':
        if (this.mode === 'frozen' || (this.mode === 'exported' && tf.util.sizeFromShape(type.shape) <= EXPORTED_VALUES)) return this.freezeData(node.data);
        return this.parameter({ kind: 'outside', data: node.data }, type.dtype, type.shape);
      case 'constant':
        return this.addConstant(type, node.values);
      case 'read':
        return this.addRead(node.slot, node.version);
      case 'op':
        throw new Error(`op ${node.op} is used before it was recorded`);
    }
  }

  /** Large constants are parameters: in the graph, each of its copies in TensorFlow would hold the values again. */
  private addConstant(type: OutputType, values: HostValues): number {
    if (this.mode !== 'frozen' && !Array.isArray(values) && values.byteLength > EMBEDDED_BYTES) {
      const data: TensorData = { ...type, values, id: -1, refCount: 1 };
      this.owned.push(data);
      return this.parameter({ kind: 'outside', data }, type.dtype, type.shape);
    }
    this.count('Const');
    return this.binding.graphConstant(this.graph, type.shape, type.dtype, values);
  }

  private addRead(slot: VariableSlot, version: number): number {
    const { variable, type, updates, initial } = slot;
    if (!this.updates) {
      // A variable made by this very function has no value of its own yet.
      if (version > 0) throw new Error(`a compiled function makes a variable whose first value depends on an update of variable "${variable.name}"`);
      if (initial !== undefined) return this.number(initial.node);
    }
    if (this.mode === 'frozen') return this.freezeData(this.backend.data(variable));
    if (this.mode === 'pure' || updates.length === 0) return this.parameter({ kind: 'variable', variable }, type.dtype, type.shape);
    const after = version > 0 ? [this.number(updates[version - 1] as OpNode)] : [];
    this.count('ReadVariableOp');
    const dtype = { name: 'dtype', type: this.binding.TF_ATTR_TYPE, value: type.dtype };
    return this.binding.graphNode(this.graph, 'ReadVariableOp', [dtype], [this.handle(slot), 0], after).node;
  }

  private addOp(op: OpNode, controls: number[]): number {
    const inputs = [...op.updates.flatMap((slot) => [this.handle(slot), 0]), ...op.inputs.flatMap(({ node: source, index }) => this.endpoint(source, index))];
    this.count(op.op);
    const { node } = this.binding.graphNode(this.graph, op.op, op.attributes, inputs, controls);
    this.numbers.set(op, node);
    return node;
  }

  /** Each result is an output of its own, made by an op: parameters and repeated results pass through Identity. */
  private addResults(): void {
    const seen = new Set<string>();
    for (const { node, index } of this.results) {
      const [number, place] = this.endpoint(node, index);
      const key = `${String(number)}:${String(place)}`;
      if (node.kind === 'op' && !seen.has(key)) {
        this.outputs.push(number, place);
        seen.add(key);
      } else {
        this.count('Identity');
        this.outputs.push(this.binding.graphNode(this.graph, 'Identity', [], [number, place], []).node, 0);
      }
    }
  }

  /** `updates` runs all updates and side effects. */
  private nameResults(): void {
    this.results.forEach((_, i) => {
      this.binding.graphNode(this.graph, 'Identity', [], this.outputs.slice(2 * i, 2 * i + 2), [], `result_${String(i)}`);
    });
    this.binding.graphNode(this.graph, 'NoOp', [], [], this.effects, 'updates');
  }
}
