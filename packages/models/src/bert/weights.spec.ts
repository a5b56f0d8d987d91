import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { encodeArrays, readArrays, type StoredArrays } from '../weights/safetensors';
import { BERT_BASE, type BertConfig } from './config';
import { bertConfigJson, parseBertConfig } from './config_json';
import { BATCH, integers, TINY, tinyBert } from './testing/tiny';
import { loadBert, saveBert } from './weights';

const CONFIG: BertConfig = { ...BERT_BASE, ...TINY };
let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bert-'));
  file = path.join(folder, 'model.safetensors');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

const logits = (model: tf.LayersModel): number[] => Array.from((model.apply([integers(BATCH.ids), integers(BATCH.mask)]) as tf.Tensor).dataSync());
const write = (arrays: StoredArrays, to = file): void => {
  fs.writeFileSync(to, Buffer.concat(encodeArrays(arrays)));
};
/** Saves a tiny model and changes its arrays. */
function saved(change: (arrays: StoredArrays) => StoredArrays = (arrays) => arrays): number[] {
  const model = tinyBert();
  saveBert(model, CONFIG, folder);
  write(change(readArrays(file)));
  return logits(model);
}
const renamed = (f: (name: string) => string) => (arrays: StoredArrays): StoredArrays => Object.fromEntries(Object.entries(arrays).map(([name, array]) => [f(name), array]));

describe('loadBert', () => {
  it('gives the logits of the model that was saved', () => {
    const expected = saved();
    const { model, config, fresh, unused } = loadBert(folder);
    expect(logits(model)).toEqual(expected);
    expect(config).toEqual(CONFIG);
    expect([fresh, unused]).toEqual([[], []]);
  });

  it('takes gamma and beta, names without a prefix, and leaves heads of pre-training alone', () => {
    const old = renamed((name) => name.replace(/LayerNorm\.weight/, 'LayerNorm.gamma').replace(/LayerNorm\.bias/, 'LayerNorm.beta').replace(/^bert\./, ''));
    const expected = saved((arrays) => ({ ...old(arrays), 'cls.predictions.bias': { shape: [1], values: new Float32Array(1) }, 'embeddings.position_ids': { shape: [1], values: new Int32Array(1) } }));
    const { model, unused } = loadBert(folder);
    expect(logits(model)).toEqual(expected);
    expect(unused).toEqual([]);
  });

  it('draws a classifier that is missing, and says so', () => {
    const expected = saved((arrays) => Object.fromEntries(Object.entries(arrays).filter(([name]) => !name.startsWith('classifier'))));
    const { model, fresh } = loadBert(folder, { config: { classes: 3 } });
    expect(fresh).toEqual(['classifier.weight', 'classifier.bias']);
    expect(logits(model)).not.toEqual(expected);
    expect(logits(loadBert(folder, { seed: 42 }).model)).toEqual(logits(model));
  });

  it('draws the feed-forward output matrices of a gated activation', () => {
    saved();
    const { fresh } = loadBert(folder, { config: { activation: 'glu' } });
    expect(fresh).toEqual([0, 1].flatMap((layer) => [`bert.encoder.layer.${layer}.output.dense.weight`, `bert.encoder.layer.${layer}.output.dense.bias`]));
    expect(() => loadBert(folder, { config: { activation: 'glu', gatedWidth: 'twoThirds' } })).toThrow(/expected bert\.encoder\.layer\.0\.intermediate\.dense\.weight of shape \[8, 4\], got \[6, 4\]/);
  });

  it('reads shards', () => {
    const expected = saved();
    const arrays = Object.entries(readArrays(file));
    const shard = (i: number): string => `model-0000${i + 1}-of-00002.safetensors`;
    [arrays.slice(0, 9), arrays.slice(9)].forEach((part, i) => write(Object.fromEntries(part), path.join(folder, shard(i))));
    const map = Object.fromEntries(arrays.map(([name], i) => [name, shard(i < 9 ? 0 : 1)]));
    const index = path.join(folder, 'model.safetensors.index.json');
    fs.writeFileSync(index, JSON.stringify({ weight_map: map }));
    fs.rmSync(file);
    expect(logits(loadBert(folder).model)).toEqual(expected);
    write(Object.fromEntries(arrays.slice(10)), path.join(folder, shard(1)));
    expect(() => loadBert(folder)).toThrow(`${path.join(folder, shard(1))}: ${arrays[9]?.[0]} is missing, which model.safetensors.index.json places there`);
    fs.rmSync(path.join(folder, shard(1)));
    expect(() => loadBert(folder)).toThrow(`${index} names ${shard(1)}, which is missing`);
  });

  it('names a missing weight, one of another shape, and leaves no tensors behind', () => {
    saved((arrays) => Object.fromEntries(Object.entries(arrays).filter(([name]) => name !== 'bert.pooler.dense.bias')));
    expect(() => loadBert(folder)).toThrow(`${folder}: bert.pooler.dense.bias missing: 1 of 41 weights`);
    const before = tf.memory().numTensors;
    expect(() => loadBert(folder)).toThrow();
    expect(tf.memory().numTensors).toBe(before);
    saved((arrays) => ({ ...arrays, 'classifier.bias': { shape: [2], values: new Float32Array(2) } }));
    expect(() => loadBert(folder)).toThrow('expected classifier.bias of shape [3], got [2]');
  });

  it('names a truncated file, another format, and a missing one', () => {
    saved();
    const whole = fs.readFileSync(file);
    fs.writeFileSync(file, whole.subarray(0, whole.length - 4));
    expect(() => loadBert(folder)).toThrow(/model\.safetensors: truncated: classifier\.bias ends at byte/);
    fs.writeFileSync(file, whole.subarray(0, 100));
    expect(() => loadBert(folder)).toThrow('not a safetensors file, or truncated (100 bytes)');
    fs.writeFileSync(file, 'PK');
    expect(() => loadBert(folder)).toThrow('not a safetensors file, or truncated (2 bytes)');
    fs.rmSync(file);
    expect(() => loadBert(folder)).toThrow(`${folder}: expected model.safetensors or model.safetensors.index.json, found neither`);
  });
});

describe('half precision', () => {
  it.each([
    ['F16', [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000], [1, -2, 2 ** -24, 65504, Infinity, -0]],
    ['BF16', [0x3f80, 0xc000, 0x0001, 0x7f7f, 0x7f80, 0x8000], [1, -2, 2 ** -133, 3.3895313892515355e38, Infinity, -0]],
  ])('%s', (dtype, bits, values) => {
    const header = Buffer.from(JSON.stringify({ x: { dtype, shape: [6], data_offsets: [0, 12] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    fs.writeFileSync(file, Buffer.concat([length, header, Buffer.from(Uint16Array.from(bits).buffer)]));
    expect(readArrays(file)['x']?.values).toEqual(Float32Array.from(values));
  });

  it('names an unknown type and a size that is not the shape’s', () => {
    const entry = (dtype: string, shape: number[]): void => {
      const header = Buffer.from(JSON.stringify({ x: { dtype, shape, data_offsets: [0, 4] } }));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      fs.writeFileSync(file, Buffer.concat([length, header, Buffer.alloc(4)]));
    };
    entry('F8_E4M3', [4]);
    expect(() => readArrays(file)).toThrow('x is of type F8_E4M3, expected one of F32, F64, F16, BF16, I32, I64');
    entry('F32', [2]);
    expect(() => readArrays(file)).toThrow('x of shape [2] and type F32 takes 8 bytes, got 4');
  });
});

describe('config.json', () => {
  it.each([{}, { activation: 'silu' }, { activation: { name: 'leaky_relu', negativeSlope: 0.01 } }, { activation: 'glu', gatedWidth: 'twoThirds' }, { activation: { name: 'elu', alpha: 0.5 } }, { classifierDropout: 0.2 }] as Partial<BertConfig>[])('%j comes back', (changes) => {
    const config = { ...CONFIG, ...changes };
    expect(parseBertConfig(JSON.parse(JSON.stringify(bertConfigJson(config))))).toEqual(config);
  });

  it.each([
    [{ model_type: 'roberta' }, 'model_type: expected "bert", got "roberta"'],
    [{ position_embedding_type: 'relative_key' }, 'position_embedding_type: expected "absolute", got "relative_key"'],
    [{ is_decoder: true }, 'is_decoder: expected an encoder'],
    [{ hidden_act: 'gelo' }, 'hidden_act: expected one of gelu, '],
    [{ hidden_size: '768' }, 'hidden_size: expected a number, got "768"'],
    [{ num_attention_heads: 7 }, 'heads: expected a divisor of the hidden size 768, got 7'],
  ])('refuses %j', (json, message) => {
    expect(() => parseBertConfig(json)).toThrow(message);
  });
});
