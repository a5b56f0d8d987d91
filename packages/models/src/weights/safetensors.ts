import * as fs from 'node:fs';
import { float32OfBfloat16, float32OfFloat16 } from './half_precision';

/** Values with their shape, as they are stored. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** Arrays by name. */
export type StoredArrays = Readonly<Record<string, StoredArray>>;

/** One array's place in a file. */
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

interface Reader {
  readonly bytes: number;
  read(data: ArrayBuffer): Float32Array | Int32Array;
}

/** How each type of the format becomes values; whole numbers of 64 bits must fit into 32. */
const READERS: ReadonlyMap<unknown, Reader> = new Map<string, Reader>(Object.entries({
  F32: { bytes: 4, read: (data) => new Float32Array(data) },
  F64: { bytes: 8, read: (data) => Float32Array.from(new Float64Array(data)) },
  F16: { bytes: 2, read: (data) => float32OfFloat16(new Uint16Array(data)) },
  BF16: { bytes: 2, read: (data) => float32OfBfloat16(new Uint16Array(data)) },
  I32: { bytes: 4, read: (data) => new Int32Array(data) },
  I64: { bytes: 8, read: (data) => Int32Array.from(new BigInt64Array(data), fitting) },
}));

function fitting(value: bigint): number {
  if (BigInt.asIntN(32, value) !== value) throw new RangeError(`${String(value)} does not fit into 32 bits`);
  return Number(value);
}

/**
 * The parts of a safetensors file, in order: header length, header, the bytes of each array (not copied).
 * https://github.com/huggingface/safetensors#format
 * @param metadata free text, of which transformers reads `format: "pt"`
 */
export function encodeArrays(arrays: StoredArrays, metadata?: Readonly<Record<string, string>>): Uint8Array[] {
  const header: [name: string, entry: Entry | Readonly<Record<string, string>>][] = metadata ? [['__metadata__', metadata]] : [];
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    header.push([name, { dtype: values instanceof Float32Array ? 'F32' : 'I32', shape, data_offsets: [offset, offset + values.byteLength] }]);
    data.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset += values.byteLength;
  }
  // The format wants the data aligned to 8 bytes; spaces at the end of the JSON do that.
  const json = JSON.stringify(Object.fromEntries(header));
  const text = Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8), ' '));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return [length, text, ...data];
}

/**
 * Reads a safetensors file; half precision becomes float32.
 * @param wanted arrays to read; default all
 * @throws Error naming the file, and the array where one is at fault: truncated, of an unknown type, or of a size that is not its shape's
 */
export function readArrays(file: string, wanted: (name: string) => boolean = () => true): StoredArrays {
  const descriptor = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(descriptor);
    const { header, start } = readHeader(file, descriptor, size);
    const names = Object.keys(header).filter((name) => name !== '__metadata__' && wanted(name));
    // fromEntries makes own properties of all names, __proto__ among them.
    return Object.fromEntries(
      names.map((name): [string, StoredArray] => {
        const { shape, bytes, from, reader } = settleEntry(file, name, header[name], size - start);
        const data = new Uint8Array(bytes);
        readFully(file, descriptor, data, start + from);
        try {
          return [name, { shape, values: reader.read(data.buffer) }];
        } catch (error) {
          throw new Error(`${file}: ${name}: ${(error as Error).message}`, { cause: error });
        }
      }),
    );
  } finally {
    fs.closeSync(descriptor);
  }
}

/** One entry of a header, which may say anything, against the bytes that follow the header. */
function settleEntry(file: string, name: string, entry: unknown, available: number): { shape: readonly number[]; bytes: number; from: number; reader: Reader } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as { readonly [Key in keyof Entry]?: unknown };
  const reader = READERS.get(dtype);
  if (!reader) throw new Error(`${file}: ${name} is of type ${typeof dtype === 'string' ? dtype : JSON.stringify(dtype)}, expected one of ${[...READERS.keys()].join(', ')}`);
  if (!isSizes(shape)) throw new Error(`${file}: ${name} has the shape ${JSON.stringify(shape)}, expected a list of whole numbers of at least 0`);
  if (!isSizes(offsets) || offsets.length !== 2) throw new Error(`${file}: ${name} has data_offsets ${JSON.stringify(offsets)}, expected where it begins and ends`);
  const [from, to] = offsets as [number, number];
  const bytes = shape.reduce((product, length) => product * length, reader.bytes);
  if (to - from !== bytes) throw new Error(`${file}: ${name} of shape [${shape.join(', ')}] and type ${String(dtype)} takes ${bytes} bytes, got ${to - from}`);
  if (to > available) throw new Error(`${file}: truncated: ${name} ends at byte ${to} of ${available} after the header`);
  return { shape, bytes, from, reader };
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function readHeader(file: string, descriptor: number, size: number): { header: Readonly<Record<string, unknown>>; start: number } {
  const refuse = (): never => {
    throw new Error(`${file}: not a safetensors file, or truncated (${size} bytes)`);
  };
  const length = Buffer.alloc(8);
  if (size < 8) refuse();
  readFully(file, descriptor, length, 0);
  const headerLength = Number(length.readBigUInt64LE(0));
  if (headerLength < 2 || 8 + headerLength > size) refuse();
  const text = Buffer.alloc(headerLength);
  readFully(file, descriptor, text, 8);
  let header: unknown;
  try {
    header = JSON.parse(text.toString('utf8'));
  } catch {
    return refuse();
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return refuse();
  return { header: header as Readonly<Record<string, unknown>>, start: 8 + headerLength };
}

/** One read takes at most 2 GB, and may give less. */
function readFully(file: string, descriptor: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length; ) {
    const count = fs.readSync(descriptor, into, done, Math.min(into.length - done, 2 ** 30), position + done);
    if (count === 0) throw new Error(`${file}: truncated at byte ${position + done}`);
    done += count;
  }
}
