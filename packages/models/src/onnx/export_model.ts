import type * as tf from '@cuda-activations/runtime';
import { ACTIVATION_LAYERS } from './activation_layers';
import { GraphBuilder } from './graph_builder';
import { IMAGE_LAYERS } from './image_layers';
import { LayerCall, type Converter, type Edge, type Transposed } from './layer_call';
import { OTHER_LAYERS } from './other_layers';

const CONVERTERS: Readonly<Record<string, Converter>> = { ...ACTIVATION_LAYERS, ...IMAGE_LAYERS, ...OTHER_LAYERS };

/** Names of the layer classes that {@link modelToOnnx} knows. */
export const ONNX_LAYERS: readonly string[] = Object.keys(CONVERTERS);

/** A protobuf message holds less than 2 GiB. */
const LARGEST = 2 ** 31 - 1;

/**
 * A trained model as an ONNX model of standard operators, in inference: dropout is left out, batch normalisation takes its running statistics.
 *
 * Inputs and outputs keep the names of the layers, their shapes ([batch, height, width, channels] for images) and float32; the batch may be of any size.
 * Between convolutions images lie as [batch, channels, height, width], which is ONNX's order: they are transposed where they come in, and before layers
 * that depend on the order of axes (`flatten`).
 *
 * @param model sequential or functional, built, of the layers in {@link ONNX_LAYERS}
 * @returns the bytes of a .onnx file, operator set 20
 * @throws Error naming the layer that cannot be exported, and why
 */
export function modelToOnnx(model: tf.LayersModel): Uint8Array {
  const parameters = model.weights.reduce((sum, { shape }) => sum + shape.reduce<number>((size, each) => size * (each ?? 1), 1), 0);
  if (parameters * 4 > LARGEST) throw new RangeError(`model: ${model.name} has ${String(parameters)} weights; an ONNX file without external data holds less than 2 GiB`);
  const g = new GraphBuilder(model.name);
  const transposed: Transposed = new Map();
  const edges = new Map<number, Edge>();
  for (const input of model.inputs) {
    const { name } = input.sourceLayer;
    if (input.dtype !== 'float32') throw new Error(`input ${name}: only float32 is exported, got ${input.dtype}`);
    edges.set(input.id, { value: g.input(name, namedShape(input.shape)), shape: input.shape, channelsFirst: false });
  }
  for (const output of model.outputs) {
    const edge = edgeOf(g, output, edges, transposed);
    const call = new LayerCall(g, output.sourceLayer, [edge], output.shape, transposed);
    g.output(call.asInLayers(edge), output.sourceLayer.name, namedShape(output.shape));
  }
  return g.encode();
}

const namedShape = (shape: tf.Shape): (number | string)[] => shape.map((size, axis) => size ?? (axis === 0 ? 'batch' : `size_${String(axis)}`));

/** Writes the layers that a tensor comes from, each once. Without recursion: models are deep. */
function edgeOf(g: GraphBuilder, tensor: tf.SymbolicTensor, edges: Map<number, Edge>, transposed: Transposed): Edge {
  const open = [tensor];
  for (let current = open.at(-1); current; current = open.at(-1)) {
    const missing = edges.has(current.id) ? [] : current.inputs.filter(({ id }) => !edges.has(id));
    if (missing.length > 0) {
      open.push(...missing);
      continue;
    }
    if (!edges.has(current.id)) edges.set(current.id, called(g, current, current.inputs.map(({ id }) => edges.get(id) as Edge), transposed));
    open.pop();
  }
  return edges.get(tensor.id) as Edge;
}

function called(g: GraphBuilder, tensor: tf.SymbolicTensor, inputs: readonly Edge[], transposed: Transposed): Edge {
  const layer = tensor.sourceLayer;
  g.scope = layer.name;
  const call = new LayerCall(g, layer, inputs, tensor.shape, transposed);
  const convert = Object.hasOwn(CONVERTERS, call.className) ? CONVERTERS[call.className] : undefined;
  if (!convert) return call.refuse(`is of no class that can be exported; those are ${ONNX_LAYERS.join(', ')}`);
  return { shape: tensor.shape, ...convert(call) };
}
