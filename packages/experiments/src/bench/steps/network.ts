import type * as tf from '@cuda-activations/runtime';
import type { BertConfig } from '@cuda-activations/models';
import { z } from 'zod';
import { bertConfig } from './create_model';
import { isBert, type ModelName } from './models';

/** What one layer computes, in words that every library can follow. Images are [batch, height, width, channels]. */
export type LayerDescription =
  | { readonly kind: 'input'; readonly shape: readonly number[] }
  /** `padding` zeros on each of the four sides. */
  | { readonly kind: 'convolution'; readonly filters: number; readonly kernelSize: number; readonly stride: number; readonly padding: number; readonly useBias: boolean }
  /** `momentum` is the share of the new batch in the running statistics. */
  | { readonly kind: 'batchNormalization'; readonly epsilon: number; readonly momentum: number }
  | { readonly kind: 'maxPool' | 'averagePool'; readonly poolSize: number; readonly stride: number; readonly padding: number }
  | { readonly kind: 'dense'; readonly units: number }
  | { readonly kind: 'apl'; readonly segments: number }
  /** Keeps what `StatelessRandomUniform` draws for the weight `dropout_state`, [seed, counter], at `rate` or above; each step adds 1 to the counter. */
  | { readonly kind: 'dropout'; readonly rate: number; readonly seed: number }
  | { readonly kind: 'relu' | 'flatten' | 'add' | 'globalAveragePool' }
  /** The whole of `BertForSequenceClassification`, from ids and mask [batch, tokens]. Where it has dropout each library draws masks of its own. */
  | { readonly kind: 'bert'; readonly config: BertConfig };

/** A layer in its place. Its weights are stored as `<name>/kernel`, `<name>/bias` and so on. */
export type NetworkLayer = LayerDescription & { readonly name: string; readonly inputs: readonly string[] };

/** A network: each layer after those that it takes; the last one gives the logits. */
export type Network = readonly NetworkLayer[];

const count = z.int();
const pool = z.object({ poolSize: count, stride: count, padding: count, rounding: z.literal('floor') });

/** By the class of a layer of this project's models: reads its configuration. */
const DESCRIPTIONS: Readonly<Record<string, z.ZodType<LayerDescription>>> = {
  InputLayer: z.object({ batchInputShape: z.tuple([z.null()], count) }).transform(({ batchInputShape: [, ...shape] }) => ({ kind: 'input', shape })),
  Conv2d: z.object({ filters: count, kernelSize: count, stride: count, padding: count, useBias: z.boolean() }).transform((options) => ({ kind: 'convolution', ...options })),
  BatchNorm2d: z.object({ epsilon: z.number(), momentum: z.number() }).transform((options) => ({ kind: 'batchNormalization', ...options })),
  MaxPool2d: pool.transform(({ poolSize, stride, padding }) => ({ kind: 'maxPool', poolSize, stride, padding })),
  AveragePool2d: pool.extend({ padding: z.literal(0) }).transform(({ poolSize, stride, padding }) => ({ kind: 'averagePool', poolSize, stride, padding })),
  Dense: z.object({ units: count, activation: z.literal('linear') }).transform(({ units }) => ({ kind: 'dense', units })),
  AdaptivePiecewiseLinear: z.object({ segments: count, sharing: z.literal('channel') }).transform(({ segments }) => ({ kind: 'apl', segments })),
  StatefulDropout: z.object({ rate: z.number(), seed: count }).transform((options) => ({ kind: 'dropout', ...options })),
  FusedActivation: z.object({ activation: z.literal('relu') }).transform(() => ({ kind: 'relu' })),
  Flatten: z.unknown().transform(() => ({ kind: 'flatten' })),
  Add: z.unknown().transform(() => ({ kind: 'add' })),
  GlobalAveragePooling2D: z.unknown().transform(() => ({ kind: 'globalAveragePool' })),
};

/** The network with ReLU in the place of APL. */
export function withRelu(network: Network): Network {
  return network.map((layer) => (layer.kind === 'apl' ? { kind: 'relu', name: layer.name, inputs: layer.inputs } : layer));
}

/** Describes one of the measured networks, so that other libraries build the same from the one definition. */
export function describeNetwork(name: ModelName, model: tf.LayersModel): Network {
  return isBert(name) ? [{ kind: 'bert', name: 'bert', inputs: [], config: bertConfig(name) }] : describeLayers(model);
}

/**
 * Describes a model of images by its layers.
 * @throws Error naming a layer that has no description
 */
export function describeLayers(model: tf.LayersModel): Network {
  return model.layers.map((layer) => {
    const description = DESCRIPTIONS[layer.getClassName()]?.safeParse(layer.getConfig());
    if (!description?.success) throw new Error(`network: ${layer.name}, a ${layer.getClassName()}, cannot be described for other libraries${description ? `: ${description.error.message}` : ''}`);
    const inputs = layer.inboundNodes.flatMap((node) => node.inboundLayers.map(({ name }) => name));
    return { ...description.data, name: layer.name, inputs };
  });
}
