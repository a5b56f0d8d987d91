import * as tf from '@cuda-activations/runtime';
import { DEFAULT_SEED } from '../initialization/initialize';
import { TorchGenerator } from '../random/torch_generator';
import { assignTorch, namedParameters, type NamedParameter } from '../weights/named_parameters';
import { BERT_BASE, checkBertConfig, type BertConfig } from './config';
import { BertEmbeddings } from './layers/embeddings';
import { BertLayer } from './layers/encoder_layer';
import type { Blend } from './layers/feed_forward';
import { BertHead, BertMask, BertPooler } from './layers/head';

/** Options of {@link createBert}. */
export interface BertOptions {
  /** What differs from bert-base-uncased. */
  readonly config?: Partial<BertConfig>;
  /** Of the initial weights and, unless `random` is given, of dropout. Default 42. */
  readonly seed?: number;
  /** Draws the initial weights, and stands after them when the model is made; default a new one of `seed`. */
  readonly generator?: TorchGenerator;
  /** Draws the dropout masks. Its state belongs into a checkpoint. */
  readonly random?: tf.RandomState;
  /** Takes a third input, token types. Default false: all are of type 0. */
  readonly tokenTypes?: boolean;
  /** A gradual change of the feed-forward activation. */
  readonly blend?: Blend;
}

/**
 * BERT with a classifier: ids [batch, length] and attention mask [batch, length] (1 for tokens, 0 for padding), both int32, to logits
 * [batch, classes]. Post-norm layers, learned positions; the feed-forward activation is pointwise or gated. Weights have Hugging Face's
 * names (`bert.encoder.layer.0.attention.self.query.weight`), see `torchWeights` and {@link saveBert}.
 *
 * 109,483,778 parameters with bert-base-uncased's sizes and two classes.
 *
 * Source: Devlin, Chang, Lee and Toutanova, "BERT", NAACL 2019; `BertForSequenceClassification` of transformers.
 */
export function createBert(options: BertOptions = {}): tf.LayersModel {
  const { seed = DEFAULT_SEED, generator = new TorchGenerator(seed), random = new tf.RandomState(seed), tokenTypes = false, blend } = options;
  const config = checkBertConfig({ ...BERT_BASE, ...options.config });
  const input = (name: string): tf.SymbolicTensor => tf.input({ shape: [null], dtype: 'int32', name });
  const ids = input('input_ids');
  const mask = input('attention_mask');
  const types = tokenTypes ? [input('token_type_ids')] : [];
  const added = new BertMask({ name: 'mask' }).apply(mask) as tf.SymbolicTensor;
  let x = new BertEmbeddings('bert.embeddings', config, random).apply(types.length > 0 ? [ids, ...types] : ids) as tf.SymbolicTensor;
  for (let i = 0; i < config.layers; i++) x = new BertLayer(`bert.encoder.layer.${i}`, config, random, blend).apply([x, added]) as tf.SymbolicTensor;
  const pooled = new BertPooler('bert.pooler', config).apply(x) as tf.SymbolicTensor;
  const logits = new BertHead('classifier', config, random).apply(pooled) as tf.SymbolicTensor;
  const model = tf.model({ name: 'bert', inputs: [ids, mask, ...types], outputs: logits });
  for (const parameter of namedParameters(model)) drawInitial(parameter, config, generator);
  return model;
}

/** The encoder layers of a model, the first one first. */
export function encoderLayers(model: tf.LayersModel): BertLayer[] {
  return model.layers.filter((layer): layer is BertLayer => layer instanceof BertLayer);
}

/** Kernels and embeddings normal with the configured deviation, the padding's embedding and biases 0; norms keep their ones and zeros. */
export function drawInitial(parameter: NamedParameter, { initializerRange, paddingId, hiddenSize }: BertConfig, generator: TorchGenerator): void {
  if (parameter.torchShape.length < 2) return;
  const size = parameter.torchShape.reduce((product, length) => product * length, 1);
  const values = generator.normal(size, 0, initializerRange);
  if (parameter.name.endsWith('word_embeddings.weight')) values.fill(0, paddingId * hiddenSize, (paddingId + 1) * hiddenSize);
  assignTorch(parameter, values);
}
