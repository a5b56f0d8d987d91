import * as fs from 'node:fs';

/** Values with their shape, as they are stored. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** Arrays by name. */
export type StoredArrays = Readonly<Record<string, StoredArray>>;

interface Entry {
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * The parts of a safetensors file, in order: header length, header, the bytes of each array (not copied).
 * https://github.com/huggingface/safetensors#format
 */
export function encodeArrays(arrays: StoredArrays): Uint8Array[] {
  const header: Record<string, Entry> = {};
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    header[name] = { dtype: values instanceof Float32Array ? 'F32' : 'I32', shape, data_offsets: [offset, offset + values.byteLength] };
    data.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset += values.byteLength;
  }
  // The format wants the data aligned to 8 bytes; spaces at the end of the JSON do that.
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8), ' '));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return [length, text, ...data];
}

/**
 * Reads what `encodeArrays` wrote.
 * @throws Error naming the file where it is truncated or of another format
 */
export function readArrays(file: string): StoredArrays {
  const bytes = fs.readFileSync(file);
  const headerLength = bytes.length >= 8 ? Number(bytes.readBigUInt64LE(0)) : -1;
  if (headerLength < 2 || 8 + headerLength > bytes.length) throw new Error(`${file}: not a safetensors file, or truncated (${bytes.length} bytes)`);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<string, Entry>;
  const arrays: Record<string, StoredArray> = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(header)) {
    const start = 8 + headerLength + from;
    const end = 8 + headerLength + to;
    if (end > bytes.length) throw new Error(`${file}: truncated: ${name} ends at byte ${end} of ${bytes.length}`);
    const copy = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + end) as ArrayBuffer;
    arrays[name] = { shape, values: dtype === 'F32' ? new Float32Array(copy) : new Int32Array(copy) };
  }
  return arrays;
}
