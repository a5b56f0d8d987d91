import { attribute, ELEMENT_TYPES, encodeModel, valueInfo, type Attribute } from './schema';

/** Name of a value in the graph: of an input, a constant or a node's result. */
export type Value = string;

interface Node {
  readonly opType: string;
  readonly name: string;
  readonly input: readonly Value[];
  output: Value[];
  readonly attribute: readonly object[];
}

/** Writes an ONNX graph node by node. Nodes and constants are named after the scope that was current when they were made. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, { readonly value: Value; readonly tensor: object }>();
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  readonly #names = new Set<string>();
  /** Prefix of new names: the layer's. */
  scope = '';

  constructor(readonly name: string) {}

  /** @param shape sizes, and names of those that are not known; undefined for any shape */
  input(name: string, shape?: readonly (number | string)[]): Value {
    const value = this.#unique(name);
    this.#inputs.push(valueInfo(value, shape));
    return value;
  }

  /** A node with one result. */
  op(opType: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.ops(opType, inputs, attributes, 1)[0] as Value;
  }

  /** A node with several results. */
  ops(opType: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>>, outputs: number): Value[] {
    const name = this.#unique(this.#scoped(opType));
    const output = Array.from({ length: outputs }, (_, i) => (i === 0 ? `${name}:0` : `${name}:${String(i)}`));
    this.#nodes.push({ opType, name, input: inputs, output, attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)) });
    return output;
  }

  /** A float32 scalar, written once for all who use it. */
  scalar(value: number): Value {
    return this.#shared(`scalar ${Object.is(value, -0) ? '-0' : String(value)}`, String(value), [], ELEMENT_TYPES.float32, Float32Array.of(value));
  }

  /** A list of whole numbers, for axes, shapes and paddings. */
  integers(...values: number[]): Value {
    return this.#shared(`integers ${values.join()}`, `[${values.join()}]`, [values.length], ELEMENT_TYPES.int64, BigInt64Array.from(values, BigInt));
  }

  /** A weight: float32 values in row-major order, named in the current scope. */
  weight(name: string, shape: readonly number[], data: Float32Array): Value {
    return this.#constant(this.#unique(this.#scoped(name)), shape, ELEMENT_TYPES.float32, data);
  }

  /** Makes a value a result of the graph under a name of its own. */
  output(value: Value, name: string, shape?: readonly (number | string)[]): void {
    const result = this.#unique(name);
    this.#nodes.push({ opType: 'Identity', name: this.#unique(`${result}/Identity`), input: [value], output: [result], attribute: [] });
    this.#outputs.push(valueInfo(result, shape));
  }

  /** The bytes of a .onnx file. */
  encode(): Uint8Array {
    const graph = {
      name: this.name,
      node: this.#withoutIdentities(),
      initializer: [...this.#constants.values()].map(({ tensor }) => tensor),
      input: this.#inputs,
      output: this.#outputs,
    };
    return encodeModel(graph);
  }

  /** Results take the place of the values that they are, where a node that has no other result's name makes them. */
  #withoutIdentities(): Node[] {
    const renamed = new Map<Value, Value>();
    const made = new Set(this.#nodes.filter(({ opType }) => opType !== 'Identity').flatMap(({ output }) => output));
    const kept = this.#nodes.filter(({ opType, input: [from = ''], output: [to = ''] }) => {
      if (opType !== 'Identity' || renamed.has(from) || !made.has(from)) return true;
      renamed.set(from, to);
      return false;
    });
    const rename = (value: Value): Value => renamed.get(value) ?? value;
    return kept.map((node) => ({ ...node, input: node.input.map(rename), output: node.output.map(rename) }));
  }

  #shared(key: string, name: string, shape: readonly number[], type: number, data: Float32Array | BigInt64Array): Value {
    const there = this.#constants.get(key);
    return there?.value ?? this.#constant(this.#unique(`constant ${name}`), shape, type, data, key);
  }

  #constant(name: string, dims: readonly number[], dataType: number, data: Float32Array | BigInt64Array, key = name): Value {
    this.#constants.set(key, { value: name, tensor: { name, dims, dataType, rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) } });
    return name;
  }

  #scoped(name: string): string {
    return this.scope === '' ? name : `${this.scope}/${name}`;
  }

  #unique(name: string): string {
    let unique = name;
    for (let i = 1; this.#names.has(unique); i++) unique = `${name}_${String(i)}`;
    this.#names.add(unique);
    return unique;
  }
}
