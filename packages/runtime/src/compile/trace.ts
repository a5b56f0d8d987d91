import type * as tf from '@tensorflow/tfjs';
import type { TensorFlowBackend } from '../backend/backend';
import { rebind } from '../backend/in-place';
import type { RecordedOutput, Recorder } from '../backend/recorder';
import type { TensorData, TraceSymbol } from '../backend/tensor-data';
import { dataTypeName } from '../binding/data-types';
import { opDefinition } from '../binding/op-definitions';
import type { HostValues, InferredOutput, TFEOpAttr } from '../binding/native-binding';
import { calledOp, userLocation } from './source-location';
import type { Node, OpNode, OutputType, Value, VariableSlot } from './nodes';
import { type Output, rewritten } from './rewrites';
import { beneath, VIEWS } from './views';

/** Constants up to this many bytes are merged if they are equal; shapes and axes make most of them. Shape inference needs the values of these only. */
const SMALL_BYTES = 256;

function at(): string {
  const location = userLocation();
  return location && ` at ${location}`;
}

/** Outputs without a shape of their own: workspace that only the op's gradient reads. They are shown as empty. */
export const WORKSPACE: ReadonlySet<string> = new Set(['FusedBatchNormV3:5']);

/** Thrown where a compiled function reads the values of a tensor that it is only being traced with. */
export class DataReadError extends Error {
  override readonly name = 'DataReadError';
}

/**
 * Records ops as nodes. No op runs: TensorFlow infers type and shape of each output, so tracing costs no memory, changes no variable, and a function
 * that throws leaves nothing behind.
 */
export class Trace implements Recorder {
  readonly ops: OpNode[] = [];
  readonly slots: VariableSlot[] = [];
  /** The first error, kept in case the function swallows it. */
  fault: unknown;

  private readonly values: Value[] = [];
  private readonly inputs = new Map<TensorData, Value>();
  private readonly constants = new Map<TensorData, Value | undefined>();
  private readonly merged = new Map<string, Value>();
  private readonly slotByData = new Map<TensorData, VariableSlot>();
  private readonly slotByVariable = new Map<tf.Variable, VariableSlot>();
  private readonly shadow: number;

  /** @param locates whether ops remember the line that asked for them */
  constructor(
    private readonly backend: TensorFlowBackend,
    private readonly locates = false,
  ) {
    this.shadow = backend.binding.createGraph();
  }

  /** Frees the graph that infers shapes; nothing can be recorded afterwards. */
  close(): void {
    this.backend.binding.deleteGraph(this.shadow);
  }

  /** Remembers the error for the end of the trace, and throws it. */
  fail(error: Error): never {
    this.fault ??= error;
    throw error;
  }

  argument(position: number, type: OutputType): Value {
    return this.value({ kind: 'argument', position, shadow: this.placeholder(type), outputs: [type] });
  }

  /** Makes a variable known: `data` is what it held before the function ran, `initial` what it was made with inside the function. */
  addVariable(variable: tf.Variable, data: TensorData, initial?: Value): VariableSlot {
    const type = { dtype: data.dtype, shape: variable.shape };
    const slot: VariableSlot = { variable, type, updates: [], reads: [], ...(initial === undefined ? {} : { initial }) };
    this.slots.push(slot);
    this.slotByVariable.set(variable, slot);
    if (initial === undefined) this.slotByData.set(data, slot);
    return slot;
  }

  /** The value of a variable after its first `version` updates. */
  readVersion(slot: VariableSlot, version: number): Value {
    const { type } = slot;
    return (slot.reads[version] ??= this.value({ kind: 'read', slot, version, shadow: this.placeholder(type), outputs: [type] }));
  }

  /** The value of a tensor in this trace. */
  valueOf(data: TensorData): Value {
    if (data.symbol !== undefined) return this.ownValue(data.symbol);
    if (this.constants.has(data)) return this.constant(data);
    const slot = this.slotByData.get(data);
    if (slot !== undefined) return this.readVersion(slot, 0);
    let input = this.inputs.get(data);
    if (input === undefined) {
      const type = { dtype: data.dtype, shape: data.shape };
      input = this.value({ kind: 'outside', data, shadow: this.placeholder(type), outputs: [type] });
      this.inputs.set(data, input);
    }
    return input;
  }

  execute(op: string, attributes: readonly TFEOpAttr[], inputs: readonly TensorData[], outputCount: number): RecordedOutput[] {
    return this.record(op, attributes, [], inputs.map((data) => this.valueOf(data)), outputCount);
  }

  update(op: string, attributes: readonly TFEOpAttr[], variables: readonly tf.Variable[], inputs: readonly TensorData[], outputCount: number): RecordedOutput[] {
    const values = inputs.map((data) => this.valueOf(data));
    const slots = variables.map((variable) => this.slotOf(variable));
    for (const slot of slots) this.flush(slot);
    return this.record(op, attributes, slots, values, outputCount);
  }

  /** Records `variable.assign(...)` statements that no update has followed. */
  flush(slot: VariableSlot): void {
    const value = this.valueOf(this.backend.data(slot.variable));
    if (value.node.kind === 'read' && value.node.slot === slot && value.node.version === slot.updates.length) return;
    const dtype = { name: 'dtype', type: this.backend.binding.TF_ATTR_TYPE, value: slot.type.dtype };
    this.record('AssignVariableOp', [dtype], [slot], [value], 0);
  }

  created(data: TensorData): void {
    this.constants.set(data, undefined);
  }

  read(data: TensorData): HostValues {
    if (this.constants.has(data) && data.values !== null) return data.values;
    const { node } = this.valueOf(data);
    const what =
      node.kind === 'op' ? `the output of op ${node.op}`
      : node.kind === 'argument' ? `argument tensor ${String(node.position)}`
      : node.kind === 'read' ? `variable "${node.slot.variable.name}"`
      : 'a tensor from outside the function';
    return this.fail(
      new DataReadError(
        `a compiled function reads the values of ${what} (data(), dataSync(), array(), print(), ...)${at()}: they are not known while it is traced. ` +
          'Return the tensor and read it outside.',
      ),
    );
  }

  /** Tensors that the function left behind with tf.keep(). */
  kept(): Value[] {
    return this.values.filter((value) => value.data !== undefined && value.data.disposed === undefined);
  }

  private slotOf(variable: tf.Variable): VariableSlot {
    const slot = this.slotByVariable.get(variable);
    if (slot === undefined) throw new Error(`variable "${variable.name}" is not registered with tfjs (disposed?)`);
    return slot;
  }

  private record(op: string, attributes: readonly TFEOpAttr[], updates: readonly VariableSlot[], inputs: readonly Value[], outputCount: number): RecordedOutput[] {
    const substitute = updates.length === 0 ? rewritten({ op, attributes, inputs }) : undefined;
    if (substitute === undefined) return this.add(op, attributes, updates, inputs, outputCount);
    if ('node' in substitute) return [this.again(substitute)];
    return this.add(substitute.op, substitute.attributes, [], substitute.inputs, substitute.outputCount).slice(0, outputCount);
  }

  /** A value of its own for what is there already: each tensor of the function has one. */
  private again({ node, index }: Output): RecordedOutput {
    return { ...(node.outputs[index] as OutputType), symbol: this.value(node, index) };
  }

  private add(op: string, attributes: readonly TFEOpAttr[], updates: readonly VariableSlot[], inputs: readonly Value[], outputCount: number): RecordedOutput[] {
    const { binding } = this.backend;
    const handles = updates.map(() => binding.graphPlaceholder(this.shadow, binding.TF_RESOURCE, []));
    const shadowInputs = [...handles.flatMap((handle) => [handle, 0]), ...inputs.flatMap(({ node, index }) => [node.shadow, index])];
    const { node: shadow, outputs } = binding.graphNode(this.shadow, op, attributes, shadowInputs, []);
    if (outputs.length !== outputCount) throw new Error(`op ${op} has ${String(outputs.length)} outputs, the caller asked for ${String(outputCount)}`);
    const { isStateful } = opDefinition(op);
    const types = outputs.map((output, i) => this.known(op, i, output));
    const view = VIEWS.has(op) ? beneath(inputs[0] as Value, types[0] as OutputType) : undefined;
    if (view && 'same' in view) return [this.again(view.same)];
    // A reshape names the whole new shape, whatever it starts from; the other views name axes of their input.
    const sources = view && op === 'Reshape' ? [view.source, ...inputs.slice(1)] : inputs;
    const node: OpNode = { kind: 'op', op, attributes, inputs: sources, updates, isStateful, position: this.ops.length, shadow, outputs: types, ...(this.locates && { location: userLocation() }) };
    this.ops.push(node);
    const results = types.map((type, index) => ({ ...type, symbol: this.value(node, index) }));
    for (const slot of updates) {
      slot.updates.push(node);
      this.show(slot);
    }
    return results;
  }

  /** Makes the tf.Variable refer to its value after the update just recorded. */
  private show(slot: VariableSlot): void {
    const symbol = this.readVersion(slot, slot.updates.length);
    rebind(slot.variable, this.backend.adopt({ ...slot.type, values: null, id: -1, refCount: 0, symbol }));
  }

  private known(op: string, index: number, output: InferredOutput): OutputType {
    const { shape, dtype } = output;
    if (shape === null && WORKSPACE.has(`${op}:${String(index)}`)) return { dtype, shape: [0] };
    if (shape === null || shape.includes(-1)) {
      const text = shape === null ? 'unknown' : `[${shape.map((size) => (size < 0 ? '?' : String(size))).join(', ')}]`;
      const name = calledOp();
      this.fail(
        new Error(
          `the shape of output ${String(index)} of op ${op}${name === undefined ? '' : ` (${name})`} in a compiled function${at()} depends on the values of its inputs ` +
            `(shape ${text}, type ${dataTypeName(dtype)}); all shapes must follow from the shapes of the arguments`,
        ),
      );
    }
    return { dtype, shape };
  }

  private ownValue(symbol: TraceSymbol): Value {
    const value = symbol as Value;
    if (this.values[value.position] !== value) {
      this.fail(new Error(`a compiled function uses a tensor${at()} that an earlier trace of a compiled function left behind: return it, or keep it in a tf.variable`));
    }
    return value;
  }

  private constant(data: TensorData): Value {
    const known = this.constants.get(data);
    if (known !== undefined) return known;
    const values = data.values as HostValues;
    const isSmall = !Array.isArray(values) && values.byteLength <= SMALL_BYTES;
    const { shape, dtype } = data;
    const key = isSmall ? `${String(dtype)}:${shape.join()}:${Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('latin1')}` : '';
    let value = this.merged.get(key);
    if (value === undefined) {
      const type = { dtype, shape };
      const shadow = isSmall ? this.backend.binding.graphConstant(this.shadow, shape, dtype, values) : this.placeholder(type);
      value = this.value({ kind: 'constant', values, shadow, outputs: [type] });
      if (isSmall) this.merged.set(key, value);
    }
    this.constants.set(data, value);
    return value;
  }

  private placeholder(type: OutputType): number {
    return this.backend.binding.graphPlaceholder(this.shadow, type.dtype, type.shape);
  }

  private value(node: Node, index = 0): Value {
    const value: Value = { node, index, position: this.values.length };
    this.values.push(value);
    return value;
  }
}
