import * as tf from '@cuda-activations/runtime';
import { encoderLayers, TorchGenerator, type BertLayer } from '@cuda-activations/models';
import type { BertRunConfig } from '../config';
import { createRunModel, type RunModel } from '../model';
import type { Texts } from '../texts';
import { BASELINE } from './arms';

/** How far a network with another activation is from that with GELU, both with the same weights: norms of differences over norms of what GELU gives. */
export interface LayerDistance {
  /** Of the feed-forward output W2 f(W1 x + b1) + b2, where f is changed in this block alone. */
  readonly feedForward: number;
  /** Of the layer's output, where f is changed in this block and all before it. */
  readonly output: number;
}

/** The inputs of GELU in a layer, over the tokens. */
export interface Preactivation {
  readonly mean: number;
  readonly deviation: number;
}

/** Distances before training. */
export interface Distances {
  readonly sentences: number;
  readonly tokens: number;
  readonly preactivations: readonly Preactivation[];
  readonly activations: readonly { readonly activation: string; readonly layers: readonly LayerDistance[] }[];
}

/** What the network with GELU makes of the sentences. */
interface Baseline {
  /** Into each layer, and out of the last one. */
  readonly states: readonly tf.Tensor3D[];
  readonly feedForward: readonly tf.Tensor[];
  readonly preactivations: readonly Preactivation[];
}

/** Validation sentences as one batch. */
interface Batch {
  readonly ids: tf.Tensor2D;
  readonly mask: tf.Tensor2D;
  /** 1 for tokens, 0 for padding, [batch * length, 1]. */
  readonly real: tf.Tensor2D;
}

/**
 * Measures the distances on the first `sentences` validation sentences, padding left out. A gated activation has new output matrices, drawn from
 * the first seed as a run of that seed draws them.
 * @param config of fine-tuning, with the weights to load
 */
export function measureDistances(config: BertRunConfig, activations: readonly string[], texts: Texts, sentences: number): Distances {
  const ids = texts.dataset.dev.sentences.slice(0, sentences).map((_, i) => [...texts.ids(texts.dataset.dev, i, config.maxLength)]);
  const padded = texts.tokenizer.pad(ids);
  const size: [number, number] = [...padded.shape];
  let measured: Distances | undefined;
  tf.tidy(() => {
    const mask = tf.tensor2d(padded.mask, size, 'int32');
    const batch: Batch = { ids: tf.tensor2d(padded.ids, size, 'int32'), mask, real: tf.cast(tf.reshape(mask, [-1, 1]), 'float32') };
    const load = (activation: string) => createRunModel({ ...config, gradual: 0 }, activation, texts, config.seeds[0] ?? 0, new TorchGenerator(config.seeds[0] ?? 0));
    const baseline = using(load(BASELINE), (model) => baselineOf(model, batch));
    measured = {
      sentences: size[0],
      tokens: padded.mask.reduce((sum, value) => sum + value, 0),
      preactivations: baseline.preactivations,
      activations: activations.map((activation) => ({ activation, layers: using(load(activation), (model) => distancesOf(model, batch, baseline)) })),
    };
  });
  return measured as unknown as Distances;
}

/** Frees a model behind its use. */
function using<T>(run: RunModel, use: (model: tf.LayersModel) => T): T {
  try {
    return use(run.model);
  } finally {
    run.model.dispose();
    run.random.dispose();
  }
}

function baselineOf(model: tf.LayersModel, batch: Batch): Baseline {
  const { added, embedded, layers } = partsOf(model, batch);
  const states = [embedded];
  const traces = layers.map((layer, i) => {
    const { preactivation, feedForward, output } = layer.trace(states[i] as tf.Tensor3D, added);
    states.push(output as tf.Tensor3D);
    return { feedForward, preactivation: moments(preactivation, batch.real) };
  });
  return { states, feedForward: traces.map(({ feedForward }) => feedForward), preactivations: traces.map(({ preactivation }) => preactivation) };
}

function distancesOf(model: tf.LayersModel, batch: Batch, baseline: Baseline): LayerDistance[] {
  const { added, embedded, layers } = partsOf(model, batch);
  let state = embedded;
  return layers.map((layer, i) => {
    const alone = layer.trace(baseline.states[i] as tf.Tensor3D, added).feedForward;
    state = layer.trace(state, added).output as tf.Tensor3D;
    return { feedForward: relative(alone, baseline.feedForward[i] as tf.Tensor, batch.real), output: relative(state, baseline.states[i + 1] as tf.Tensor3D, batch.real) };
  });
}

function partsOf(model: tf.LayersModel, { ids, mask }: Batch): { readonly added: tf.Tensor4D; readonly embedded: tf.Tensor3D; readonly layers: readonly BertLayer[] } {
  return { added: model.getLayer('mask').apply(mask) as tf.Tensor4D, embedded: model.getLayer('bert.embeddings').apply(ids) as tf.Tensor3D, layers: encoderLayers(model) };
}

/** |a - b| / |b| over the tokens. */
function relative(a: tf.Tensor, b: tf.Tensor, real: tf.Tensor2D): number {
  const norm = (x: tf.Tensor) => tf.norm(tf.mul(tf.reshape(x, [real.shape[0], -1]), real)).dataSync()[0] ?? NaN;
  return tf.tidy(() => norm(tf.sub(a, b)) / norm(b));
}

/** Over the tokens and units. */
function moments(x: tf.Tensor, real: tf.Tensor2D): Preactivation {
  return tf.tidy(() => {
    const kept = tf.mul(x, real);
    const count = (tf.sum(real).dataSync()[0] ?? NaN) * (x.shape[1] ?? NaN);
    const mean = (tf.sum(kept).dataSync()[0] ?? NaN) / count;
    return { mean, deviation: Math.sqrt((tf.sum(tf.mul(tf.squaredDifference(x, mean), real)).dataSync()[0] ?? NaN) / count) };
  });
}
