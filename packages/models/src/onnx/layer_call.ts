import type * as tf from '@cuda-activations/runtime';
import { permute } from '../weights/torch_layout';
import type { GraphBuilder, Value } from './graph_builder';

/** A tensor between two layers. */
export interface Edge {
  readonly value: Value;
  /** As tf.layers has it. */
  readonly shape: tf.Shape;
  /** Whether the value lies as [batch, channels, height, width] where `shape` is [batch, height, width, channels]. */
  readonly channelsFirst: boolean;
}

/** What a layer's call becomes: a value, and how it lies. */
export type Result = Pick<Edge, 'value' | 'channelsFirst'>;

/** A weight's values in row-major order. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const;
const TO_CHANNELS_LAST = [0, 2, 3, 1] as const;

/** Values in the other layout, made once each; so images are transposed where they enter and leave the convolutional part alone. */
export type Transposed = Map<Value, Value>;

/** One call of a layer, and what its converter needs to write it. */
export class LayerCall {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;

  constructor(
    readonly g: GraphBuilder,
    readonly layer: tf.layers.Layer,
    readonly inputs: readonly Edge[],
    readonly outputShape: tf.Shape,
    private readonly transposed: Transposed,
  ) {
    this.className = layer.getClassName();
    this.config = layer.getConfig();
  }

  /** The one input. */
  get input(): Edge {
    const [input, ...more] = this.inputs;
    if (!input || more.length > 0) this.refuse(`takes one tensor, got ${String(this.inputs.length)}`);
    return input;
  }

  /** @throws Error that names the layer */
  refuse(reason: string): never {
    throw new Error(`layer ${this.layer.name} (${this.className}): ${reason}`);
  }

  /** A weight by the last part of its name. @throws Error where the layer has none */
  weight(name: string): Weight {
    const weight = this.layer.weights.find(({ originalName }) => originalName.slice(originalName.lastIndexOf('/') + 1) === name);
    if (!weight) return this.refuse(`has no weight ${name}`);
    // read() gives the variable itself, which the layer keeps.
    return { shape: weight.shape as number[], data: Float32Array.from(weight.read().dataSync()) };
  }

  /** [batch, height, width, channels] as [batch, channels, height, width]. */
  channelsFirst(edge: Edge): Value {
    if (edge.shape.length !== 4) this.refuse(`expected a tensor of shape [batch, height, width, channels], got [${edge.shape.map(String).join(', ')}]`);
    return edge.channelsFirst ? edge.value : this.transpose(edge.value, TO_CHANNELS_FIRST);
  }

  /** The axes in tf.layers' order. */
  asInLayers(edge: Edge): Value {
    return edge.channelsFirst ? this.transpose(edge.value, TO_CHANNELS_LAST) : edge.value;
  }

  /** Keeps the layout of an input: for functions of single elements. */
  elementwise(write: (x: Value) => Value): Result {
    return { value: write(this.input.value), channelsFirst: this.input.channelsFirst };
  }

  /** An axis of the edge's shape as an axis of its value. */
  axisOf(edge: Edge, axis: number): number {
    const at = axis < 0 ? axis + edge.shape.length : axis;
    if (!(at >= 0 && at < edge.shape.length)) this.refuse(`axis ${String(axis)} is none of [${edge.shape.map(String).join(', ')}]`);
    return edge.channelsFirst ? TO_CHANNELS_FIRST.indexOf(at as 0 | 1 | 2 | 3) : at;
  }

  /** Refuses what ONNX's image operators cannot say in tf.layers' order. */
  requireChannelsLast(): void {
    if (this.config['dataFormat'] === 'channelsFirst') this.refuse('dataFormat must be channelsLast to be exported, got channelsFirst');
  }

  /**
   * A learned parameter of the layer, laid out to be broadcast to a tensor.
   * @param name of a weight of shape [channels], [1] or the tensor's without the batch
   * @param leading how many axes of the weight come before those
   */
  parameter(edge: Edge, name: string, leading = 0): Value {
    const { shape, data } = this.weight(name);
    const [before, own] = [shape.slice(0, leading), shape.slice(leading)];
    const ones = Array.from({ length: edge.shape.length - 1 - own.length }, () => 1);
    const whole = [...before, ...(this.config['dataFormat'] === 'channelsFirst' ? [...own, ...ones] : [...ones, ...own])];
    if (!edge.channelsFirst) return this.g.weight(name, whole, data);
    const axes = [...before.keys(), ...[2, 0, 1].map((axis) => axis + leading)];
    return this.g.weight(name, axes.map((axis) => whole[axis] as number), permute(data, whole, axes));
  }

  private transpose(value: Value, perm: readonly number[]): Value {
    const there = this.transposed.get(value);
    if (there !== undefined) return there;
    const other = this.g.op('Transpose', [value], { perm });
    this.transposed.set(value, other).set(other, value);
    return other;
  }
}

/** Writes one kind of layer. */
export type Converter = (call: LayerCall) => Result;
