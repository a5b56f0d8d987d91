import * as fs from 'node:fs';
import * as path from 'node:path';
import { resolveActivation, type ActivationSpec } from 'cuda-activations';
import { BERT_BASE, checkBertConfig, GATED_WIDTHS, type BertConfig, type GatedWidth } from './config';

type Json = Readonly<Record<string, unknown>>;

/** What this package adds to the format: an activation with its parameters, and how a gated one is cut. */
const OWN_KEY = 'cuda_activations';

/** Numbers of config.json under our names. */
const NUMBERS = {
  vocabularySize: 'vocab_size',
  hiddenSize: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  intermediateSize: 'intermediate_size',
  maxPositions: 'max_position_embeddings',
  typeVocabularySize: 'type_vocab_size',
  hiddenDropout: 'hidden_dropout_prob',
  attentionDropout: 'attention_probs_dropout_prob',
  initializerRange: 'initializer_range',
  layerNormEpsilon: 'layer_norm_eps',
  paddingId: 'pad_token_id',
} as const satisfies Partial<Record<keyof BertConfig, string>>;

/** `hidden_act` of transformers; where two names mean one function the first is written. */
const HIDDEN_ACTS: Readonly<Record<string, ActivationSpec>> = {
  gelu: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  quick_gelu: 'quick_gelu',
  relu: 'relu',
  relu2: 'squared_relu',
  relu6: 'relu6',
  leaky_relu: { name: 'leaky_relu', negativeSlope: 0.01 },
  silu: 'silu',
  swish: 'silu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  mish: 'mish',
  linear: 'linear',
};

/**
 * A configuration from the fields of a Hugging Face `config.json`; what it does not say is as in bert-base-uncased.
 * @throws Error naming a field of another kind of model, or whose value cannot be used
 */
export function parseBertConfig(json: Json): BertConfig {
  if (typeof json !== 'object' || (json as unknown) === null || Array.isArray(json)) throw new Error(`expected a JSON object of settings, got ${JSON.stringify(json)}`);
  const type = json['model_type'] ?? 'bert';
  if (type !== 'bert') throw new Error(`model_type: expected "bert", got ${JSON.stringify(type)}`);
  const positions = json['position_embedding_type'] ?? 'absolute';
  if (positions !== 'absolute') throw new Error(`position_embedding_type: expected "absolute", got ${JSON.stringify(positions)}`);
  if (json['is_decoder'] === true || json['add_cross_attention'] === true) throw new Error('is_decoder: expected an encoder, got a decoder');
  const numbers = Object.entries(NUMBERS).map(([name, key]): [string, number] => [name, numberOf(json, key, BERT_BASE[name as keyof typeof NUMBERS])]);
  const config = { ...BERT_BASE, ...(Object.fromEntries(numbers) as Pick<BertConfig, keyof typeof NUMBERS>) };
  const classifierDropout = json['classifier_dropout'] == null ? config.hiddenDropout : numberOf(json, 'classifier_dropout', 0);
  return checkBertConfig({ ...config, classifierDropout, classes: classesOf(json), ...activationOf(json) });
}

/** The fields of a `config.json` that transformers reads as this configuration. */
export function bertConfigJson(config: BertConfig): Json {
  const numbers = Object.fromEntries(Object.entries(NUMBERS).map(([name, key]) => [key, config[name as keyof typeof NUMBERS]]));
  const { name, info, parameters, values } = resolveActivation(config.activation, ['pointwise', 'gated']);
  const known = Object.entries(HIDDEN_ACTS).find(([, spec]) => {
    const other = resolveActivation(spec);
    return other.name === name && other.values.every((value, i) => value === values[i]);
  })?.[0];
  return {
    architectures: ['BertForSequenceClassification'],
    model_type: 'bert',
    ...numbers,
    hidden_act: known ?? name,
    classifier_dropout: config.classifierDropout,
    id2label: Object.fromEntries(Array.from({ length: config.classes }, (_, i) => [i, `LABEL_${i}`])),
    label2id: Object.fromEntries(Array.from({ length: config.classes }, (_, i) => [`LABEL_${i}`, i])),
    position_embedding_type: 'absolute',
    ...(known ? {} : { [OWN_KEY]: { activation: { name, ...parameters }, ...(info.family === 'gated' ? { gated_width: config.gatedWidth } : {}) } }),
  };
}

/** Reads `config.json` of a model's folder. */
export function readBertConfig(folder: string): BertConfig {
  const file = path.join(folder, 'config.json');
  let json: unknown;
  try {
    json = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: expected the config.json of a BERT model: ${(error as Error).message}`, { cause: error });
  }
  try {
    return parseBertConfig(json as Json);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

function numberOf(json: Json, key: string, otherwise: number): number {
  const value = json[key] ?? otherwise;
  if (typeof value !== 'number') throw new Error(`${key}: expected a number, got ${JSON.stringify(value)}`);
  return value;
}

function classesOf(json: Json): number {
  const labels = json['id2label'];
  if (labels !== null && typeof labels === 'object') return Object.keys(labels).length;
  return numberOf(json, 'num_labels', BERT_BASE.classes);
}

function activationOf(json: Json): Pick<BertConfig, 'activation' | 'gatedWidth'> {
  const own = json[OWN_KEY] as { activation?: { name: string }; gated_width?: GatedWidth } | undefined;
  if (own?.activation) {
    const { name, ...parameters } = own.activation;
    const camel = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), value]));
    const activation = Object.keys(camel).length > 0 ? { name, ...camel } : name;
    return { activation: activation as ActivationSpec, gatedWidth: own.gated_width ?? GATED_WIDTHS[0] };
  }
  const name = json['hidden_act'] ?? BERT_BASE.activation;
  const activation = typeof name === 'string' ? HIDDEN_ACTS[name] : undefined;
  if (!activation) throw new Error(`hidden_act: expected one of ${Object.keys(HIDDEN_ACTS).join(', ')}, got ${JSON.stringify(name)}`);
  return { activation, gatedWidth: BERT_BASE.gatedWidth };
}
