import { CHANNELS, SEGMENTS, type BenchCase } from './cases';
import type { BenchDType } from './options';

/** Typed arrays that hold the elements of a benchmark. */
export type BenchArray = Float32Array | Float64Array | Uint16Array;

/**
 * Pseudo-random numbers that every arm makes alike, in any language: element i is the top of (i + 1) * multiplier mod 2^32,
 * scaled to [-range, range). Values of neighbours are unrelated, so that no branch can be foreseen.
 */
export function hashed(length: number, multiplier: number, range: number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = ((Math.imul(i + 1, multiplier) >>> 0) / 2 ** 31 - 1) * range;
  return values;
}

/** Multipliers and ranges of the operands; the Python peers get them by message. */
export const OPERANDS = {
  x: { multiplier: 2654435761, range: 4 },
  dy: { multiplier: 2246822519, range: 1 },
  bias: { multiplier: 3266489917, range: 0.5 },
  slope: { multiplier: 668265263, range: 0.3 },
  a: { multiplier: 374761393, range: 0.3 },
  b: { multiplier: 2869860233, range: 1 },
} as const;
export type OperandName = keyof typeof OPERANDS;

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** Bits of the bfloat16 nearest to a finite number. */
function bfloat16(value: number): number {
  single[0] = value;
  const word = bits[0] ?? 0;
  return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}

/** Bits of a float16 next to a finite number within its normal range; benchmark inputs need no more. */
function float16(value: number): number {
  single[0] = value;
  const word = bits[0] ?? 0;
  const exponent = ((word >>> 23) & 0xff) - 112;
  if (exponent <= 0) return (word >>> 16) & 0x8000;
  return ((word >>> 16) & 0x8000) | ((exponent << 10) + ((word & 0x7fffff) >>> 13));
}

const CONVERT: Readonly<Record<BenchDType, (values: Float64Array) => BenchArray>> = {
  float32: (values) => Float32Array.from(values),
  float64: (values) => values,
  float16: (values) => Uint16Array.from(values, float16),
  bfloat16: (values) => Uint16Array.from(values, bfloat16),
};

/** Number of elements of an operand. */
export function operandLength(name: OperandName, { op, size }: Pick<BenchCase, 'op' | 'size'>): number {
  switch (name) {
    case 'x':
      return size;
    case 'dy':
      return op.family === 'gated' ? size / 2 : size;
    case 'bias':
    case 'slope':
      return CHANNELS;
    case 'a':
    case 'b':
      return SEGMENTS * CHANNELS;
  }
}

/** The operand of a case as a typed array of its dtype. */
export function operand(name: OperandName, bench: Pick<BenchCase, 'op' | 'size' | 'dtype'>): BenchArray {
  const { multiplier, range } = OPERANDS[name];
  return CONVERT[bench.dtype](hashed(operandLength(name, bench), multiplier, range));
}
