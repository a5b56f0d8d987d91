import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { answerOf, check } from '@cuda-activations/tools/properties';
import fc from 'fast-check';
import { parseBertConfig } from '../bert/config_json';
import { loadBertTokenizer } from '../bert/tokenizer';
import { encodeArrays, readArrays, type StoredArrays } from './safetensors';

let folder: string;
let file: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'safetensors-'));
  file = path.join(folder, 'model.safetensors');
});
afterAll(() => { fs.rmSync(folder, { recursive: true }); });

const name = fc.oneof({ weight: 5, arbitrary: fc.string({ maxLength: 8 }) }, { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', '') }).filter((text) => text !== '__metadata__');
const arrays = fc.array(
  fc.tuple(name, fc.oneof(fc.float32Array({ maxLength: 9 }), fc.int32Array({ maxLength: 9 }))),
  { maxLength: 4 },
).map((entries): StoredArrays => Object.fromEntries(entries.map(([key, values]) => [key, { shape: [values.length], values }])));

/** Length and header as JSON, then data: a file as it could be, whatever the header says. */
function encode(header: unknown, data: Uint8Array, length?: bigint): Buffer {
  const json = Buffer.from(JSON.stringify(header) ?? 'undefined');
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([size, json, data]);
}

test('what is written is read back, whatever the names', () => {
  check(fc.property(arrays, (written) => {
    fs.writeFileSync(file, Buffer.concat(encodeArrays(written)));
    const read = readArrays(file);
    expect(Object.keys(read).sort()).toEqual(Object.keys(written).sort());
    for (const [key, { shape, values }] of Object.entries(written)) {
      const found = Object.getOwnPropertyDescriptor(read, key)?.value as StoredArrays[string];
      expect(found.shape).toEqual(shape);
      expect(Buffer.from(found.values.buffer)).toEqual(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    }
  }), { sample: 100, share: 0.2 });
});

test('a file that was cut off or changed is refused by name, or gives arrays of the shapes that it states', () => {
  const change = fc.record({ written: arrays, at: fc.nat(400), byte: fc.nat(255), cut: fc.option(fc.nat(400)) });
  check(fc.property(change, ({ written, at, byte, cut }) => {
    let bytes = Buffer.concat(encodeArrays(written));
    if (at < bytes.length) bytes[at] = byte;
    if (cut !== null) bytes = bytes.subarray(0, cut);
    fs.writeFileSync(file, bytes);
    expectWhole();
  }), { sample: 150, share: 0.3 });
});

test('a header of any content is refused by name, or fits', () => {
  const number = fc.oneof(fc.nat(40), fc.constantFrom(-1, -8, 0.5, 2 ** 31, 2 ** 53, 1e300, NaN));
  const fitting = fc.tuple(fc.constantFrom(['F32', 4], ['I32', 4], ['F16', 2]), fc.nat(3), fc.nat(8), fc.integer({ min: -4, max: 4 })).map(([[dtype, size], length, from, off]) => ({ dtype, shape: [length], data_offsets: [from, from + Number(size) * length + (off % 2 === 0 ? 0 : off)] }));
  const entry: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 2, arbitrary: fitting as fc.Arbitrary<unknown> },
    { weight: 4, arbitrary: fc.record({ dtype: fc.oneof(fc.constantFrom<unknown>('F32', 'F64', 'F16', 'BF16', 'I32', 'I64', 'toString', '__proto__'), fc.jsonValue()), shape: fc.oneof(fc.array(number, { maxLength: 3 }), fc.jsonValue()), data_offsets: fc.oneof(fc.tuple(number, number), fc.jsonValue()) }, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  const header = fc.oneof({ weight: 4, arbitrary: fc.array(fc.tuple(name, entry), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)) }, { weight: 1, arbitrary: fc.jsonValue() });
  const length = fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }, { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 99n }) });
  check(fc.property(header, fc.uint8Array({ minLength: 20, maxLength: 64 }), length, (content, data, stated) => {
    fs.writeFileSync(file, encode(content, data, stated ?? undefined));
    expectWhole();
    if (stated !== null) return;
    // What is read takes exactly the bytes that its entry names.
    const bytes: Readonly<Record<string, number>> = { F32: 4, F64: 8, F16: 2, BF16: 2, I32: 4, I64: 8 };
    for (const [key, { values }] of Object.entries(({ result: undefined, ...answerOf(() => readArrays(file)) }).result ?? {})) {
      const { dtype, data_offsets: offsets } = Object.getOwnPropertyDescriptor(JSON.parse(JSON.stringify(content)), key)?.value as { dtype: string; data_offsets: [number, number] };
      expect(offsets[1] - offsets[0]).toBe(values.length * (bytes[dtype] ?? NaN));
    }
  }), { sample: 200, share: 0.3 });
});

test('whole numbers of 64 bits are read where they fit into 32, and refused by name where they do not', () => {
  check(fc.property(fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }), fc.constantFrom(2n ** 31n, -(2n ** 31n), 2n ** 31n - 1n, -(2n ** 31n) - 1n, 2n ** 32n)), (value) => {
    fs.writeFileSync(file, encode({ ids: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, new Uint8Array(BigInt64Array.of(value).buffer)));
    if (value >= -(2n ** 31n) && value < 2n ** 31n) expect(readArrays(file)['ids']?.values).toEqual(Int32Array.of(Number(value)));
    else expect(() => readArrays(file)).toThrow(`${file}: ids: ${value} does not fit into 32 bits`);
  }), { sample: 100, share: 0.3 });
});

function expectWhole(): void {
  const { result, refused } = { result: undefined, refused: undefined, ...answerOf(() => readArrays(file)) };
  if (refused) expect(refused.message).toContain(file);
  for (const { shape, values } of Object.values(result ?? {})) {
    expect(values.length).toBe(shape.reduce((product, size) => product * size, 1));
    for (const size of shape) expect(Number.isSafeInteger(size) && size >= 0).toBe(true);
  }
}

test('a config.json of any content is read or refused', () => {
  const fields = ['model_type', 'vocab_size', 'hidden_size', 'num_hidden_layers', 'num_attention_heads', 'intermediate_size', 'hidden_act', 'hidden_dropout_prob', 'classifier_dropout', 'id2label', 'num_labels', 'pad_token_id', 'position_embedding_type', 'is_decoder', 'cuda_activations', '__proto__'];
  const own = fc.record({ activation: fc.oneof(fc.record({ name: fc.oneof(fc.constantFrom<unknown>('gelu', 'swiglu', 'elu'), fc.jsonValue()), alpha: fc.oneof(fc.double(), fc.jsonValue()) }, { requiredKeys: [] }), fc.jsonValue()), gated_width: fc.oneof(fc.constantFrom<unknown>('half'), fc.jsonValue()) }, { requiredKeys: [] });
  const json = fc.oneof({ weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.nat(40), fc.constantFrom('bert', 'gelu', 'relu', 'toString'), own as fc.Arbitrary<unknown>, fc.jsonValue()), { maxKeys: 4 }) }, { weight: 1, arbitrary: fc.jsonValue() });
  check(fc.property(json, (value) => { answerOf(() => parseBertConfig(value as Record<string, unknown>)); }), { sample: 400 });
});

test('a vocabulary or tokeniser of any content is read or refused', () => {
  const words = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom('[UNK]', '[PAD]', '[CLS]', '[SEP]', '[MASK]', '__proto__', 'constructor', 'a', '##b') }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) }), { maxLength: 12 });
  const tokenizer = fc.record({ model: fc.oneof(fc.record({ type: fc.constantFrom<unknown>('WordPiece', 'BPE'), vocab: fc.oneof(fc.dictionary(fc.string(), fc.nat()), fc.jsonValue()), unk_token: fc.jsonValue() }, { requiredKeys: [] }), fc.jsonValue()), added_tokens: fc.jsonValue(), normalizer: fc.jsonValue(), pre_tokenizer: fc.jsonValue(), post_processor: fc.jsonValue() }, { requiredKeys: [] });
  const content = fc.oneof(words.map((list) => ['vocab.txt', list.join('\n')] as const), tokenizer.map((value) => ['tokenizer.json', JSON.stringify(value)] as const), fc.string().map((text) => ['tokenizer.json', text] as const));
  check(fc.property(content, fc.string(), ([place, text], sentence) => {
    const target = path.join(folder, place);
    fs.writeFileSync(target, text);
    const { result, refused } = { result: undefined, refused: undefined, ...answerOf(() => loadBertTokenizer(target)) };
    if (refused) expect(refused.message).toContain(target);
    for (const id of result?.encode(sentence, 8) ?? []) expect(Number.isInteger(id) && id >= 0 && id < (result?.vocabularySize ?? 0)).toBe(true);
  }), { sample: 300, share: 0.5 });
});
