import * as fs from 'node:fs';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { TorchGenerator } from '../random/torch_generator';
import { DEFAULT_SEED } from '../initialization/initialize';
import { torchBiasBound, torchKernelBound } from '../initialization/schemes';
import { assignTorch, namedParameters, type NamedParameter } from '../weights/named_parameters';
import { encodeArrays, readArrays, type StoredArray, type StoredArrays } from '../weights/safetensors';
import { torchWeights } from '../weights/torch_weights';
import type { BertConfig } from './config';
import { bertConfigJson, readBertConfig } from './config_json';
import { createBert, drawInitial, type BertOptions } from './create_bert';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** Parts of checkpoints that a classifier has no use for: heads of pre-training, and a buffer of old versions. */
const UNUSED = /^(cls\.|bert\.embeddings\.position_ids$)/;
/** Drawn anew where a file has none, as transformers does for a checkpoint of pre-training. */
const HEAD = /^classifier\./;
/** Has another shape behind a gated activation than behind the pointwise one of pre-training. */
const FEED_FORWARD_OUTPUT = /^bert\.encoder\.layer\.\d+\.output\.dense\.weight$/;

/** A loaded model, and what of it did not come from the files. */
export interface LoadedBert {
  readonly model: tf.LayersModel;
  readonly config: BertConfig;
  /** Weights that were drawn anew. */
  readonly fresh: readonly string[];
  /** Arrays of the files that the model has no use for. */
  readonly unused: readonly string[];
}

/** One name for each weight: `gamma` and `beta` of TensorFlow's checkpoints, and encoders saved without a head, whose names lack the prefix. */
export function settledName(name: string): string {
  const renamed = name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
  return /^(embeddings|encoder|pooler)\./.test(renamed) ? `bert.${renamed}` : renamed;
}

/**
 * Loads a model as transformers saves it: `config.json`, and `model.safetensors` or the files that `model.safetensors.index.json` names.
 *
 * A classifier that the files lack is drawn anew. With a gated activation, for which the files' feed-forward output matrices are too wide, these
 * are drawn anew too (weights and biases by PyTorch's default, as the authors' code does).
 * @param options `config` overrides what config.json says
 * @throws Error naming the file or the weight that is missing, truncated, unknown or of another shape
 */
export function loadBert(folder: string, options: BertOptions = {}): LoadedBert {
  const config: BertConfig = { ...readBertConfig(folder), ...options.config };
  const generator = options.generator ?? new TorchGenerator(options.seed ?? DEFAULT_SEED);
  const arrays = readFolder(folder);
  const random = options.random ?? new tf.RandomState(options.seed ?? DEFAULT_SEED);
  const model = createBert({ ...options, config, generator, random });
  const parameters = namedParameters(model);
  try {
    const fresh = freshNames(folder, parameters, arrays);
    for (const parameter of parameters) {
      if (!fresh.has(parameter.name)) assignTorch(parameter, (arrays[parameter.name] as StoredArray).values as Float32Array);
      else if (HEAD.test(parameter.name)) drawInitial(parameter, config, generator);
      else drawDefault(parameter, parameters, generator);
    }
    const names = new Set(parameters.map(({ name }) => name));
    return { model, config, fresh: [...fresh], unused: Object.keys(arrays).filter((name) => !names.has(name)) };
  } catch (error) {
    model.dispose();
    if (!options.random) random.dispose();
    throw error;
  }
}

/** Writes `config.json` and `model.safetensors` as transformers reads them. */
export function saveBert(model: tf.LayersModel, config: BertConfig, folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  const arrays = Object.fromEntries(Object.entries(torchWeights(model)).map(([name, { shape, data }]) => [name, { shape, values: data }]));
  fs.writeFileSync(path.join(folder, 'config.json'), `${JSON.stringify(bertConfigJson(config), undefined, 2)}\n`);
  const file = fs.openSync(path.join(folder, SINGLE), 'w');
  try {
    for (const part of encodeArrays(arrays, { format: 'pt' })) fs.writeSync(file, part);
  } finally {
    fs.closeSync(file);
  }
}

function readFolder(folder: string): StoredArrays {
  const settled = (arrays: StoredArrays): StoredArrays => Object.fromEntries(Object.entries(arrays).map(([name, array]) => [settledName(name), array]));
  const used = (name: string): boolean => !UNUSED.test(settledName(name));
  const single = path.join(folder, SINGLE);
  if (fs.existsSync(single)) return settled(readArrays(single, used));
  const index = path.join(folder, INDEX);
  if (!fs.existsSync(index)) throw new Error(`${folder}: expected ${SINGLE} or ${INDEX}, found neither`);
  const map = (JSON.parse(fs.readFileSync(index, 'utf8')) as { weight_map?: Record<string, string> }).weight_map;
  if (!map) throw new Error(`${index}: expected a weight_map, found none`);
  const arrays: Record<string, StoredArray> = {};
  for (const shard of new Set(Object.values(map))) {
    const file = path.join(folder, path.basename(shard));
    if (!fs.existsSync(file)) throw new Error(`${index} names ${shard}, which is missing`);
    const found = readArrays(file, used);
    const lost = Object.entries(map).find(([name, place]) => place === shard && used(name) && !(name in found));
    if (lost) throw new Error(`${file}: ${lost[0]} is missing, which ${INDEX} places there`);
    Object.assign(arrays, found);
  }
  return settled(arrays);
}

/** Names of the weights to draw anew. @throws where any other is missing or of another shape */
function freshNames(folder: string, parameters: readonly NamedParameter[], arrays: StoredArrays): Set<string> {
  const head = parameters.filter(({ name }) => HEAD.test(name));
  const fresh = new Set(head.every(({ name }) => !(name in arrays)) ? head.map(({ name }) => name) : []);
  const missing = parameters.map(({ name }) => name).filter((name) => !(name in arrays) && !fresh.has(name));
  if (missing.length > 0) {
    throw new Error(`${folder}: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''} missing: ${missing.length} of ${parameters.length} weights`);
  }
  for (const { name, torchShape } of parameters) {
    const given = arrays[name];
    if (!given || given.shape.join() === torchShape.join()) continue;
    const narrower = FEED_FORWARD_OUTPUT.test(name) && given.shape[0] === torchShape[0] && 2 * (torchShape[1] as number) === given.shape[1];
    if (!narrower) throw new Error(`${folder}: expected ${name} of shape [${torchShape.join(', ')}], got [${given.shape.join(', ')}]`);
    fresh.add(name).add(name.replace(/weight$/, 'bias'));
  }
  for (const { name } of parameters) {
    if (!fresh.has(name) && !(arrays[name]?.values instanceof Float32Array)) throw new Error(`${folder}: expected ${name} of floats, got whole numbers`);
  }
  return fresh;
}

/** PyTorch's default of a linear layer. */
function drawDefault({ name, torchShape, ...rest }: NamedParameter, parameters: readonly NamedParameter[], generator: TorchGenerator): void {
  const kernel = name.endsWith('.weight') ? torchShape : parameters.find((other) => other.name === name.replace(/bias$/, 'weight'))?.torchShape;
  const fanIn = kernel?.[1] as number;
  const bound = name.endsWith('.weight') ? torchKernelBound(fanIn) : torchBiasBound(fanIn);
  const size = torchShape.reduce((product, length) => product * length, 1);
  assignTorch({ name, torchShape, ...rest }, generator.uniform(size, -bound, bound));
}
