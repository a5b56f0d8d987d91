import { types } from 'node:util';
import type { KernelDType } from '../generated/activations';
import { describe } from '../registry/describe';

/** Elements of a typed-array call: Float32Array, Float64Array, or the bits of 16-bit floats. */
export type FloatArray = Float32Array | Float64Array | Uint16Array;

/** Options of every typed-array call. */
export interface ArrayOptions<A extends FloatArray = FloatArray> {
  /** Where the result goes: the input itself, or an array that does not overlap it. Default: a new one. */
  readonly output?: A;
  /** What the elements of a Uint16Array are; required there, and to be left out elsewhere. */
  readonly dtype?: 'float16' | 'bfloat16';
}

/** Whether a value is an array of floats for the typed-array functions (a tensor is not). */
export function isArray(value: unknown): value is ArrayBufferView {
  return ArrayBuffer.isView(value);
}

/**
 * The element type of a call, from its first array.
 * @throws a TypeError for another kind of array, or a dtype that does not go with it
 */
export function elementType(name: string, array: unknown, dtype: unknown): KernelDType {
  if (types.isUint16Array(array)) {
    if (dtype === 'float16' || dtype === 'bfloat16') return dtype;
    throw new TypeError(`dtype must be "float16" or "bfloat16" where ${name} is a Uint16Array, got ${describe(dtype)}`);
  }
  const found = types.isFloat32Array(array) ? 'float32' : types.isFloat64Array(array) ? 'float64' : undefined;
  if (!found) throw new TypeError(`${name} must be a Float32Array, a Float64Array or a Uint16Array of 16-bit floats, got ${describe(array)}`);
  if (dtype !== undefined && dtype !== found) throw new TypeError(`dtype is ${describe(dtype)}, but ${name} is a ${describe(array)}`);
  return found;
}

const constructors = { float32: Float32Array, float64: Float64Array, float16: Uint16Array, bfloat16: Uint16Array } as const;
// Unlike instanceof, these know arrays of other realms (vm contexts).
const isOfType = { float32: types.isFloat32Array, float64: types.isFloat64Array, float16: types.isUint16Array, bfloat16: types.isUint16Array } as const;

/**
 * Checks an operand: kind, length and a buffer that native code may read.
 * @throws a TypeError or RangeError naming the argument, what was expected and what came
 */
export function requireArray(name: string, array: unknown, dtype: KernelDType, length?: number): asserts array is FloatArray {
  if (!isOfType[dtype](array)) throw new TypeError(`${name} must be a ${constructors[dtype].name}, got ${describe(array)}`);
  if (types.isSharedArrayBuffer(array.buffer))
    throw new TypeError(`${name} must not be shared memory, which another thread could change during the call; copy it with slice()`);
  if (array.length === 0 && isDetached(array.buffer)) throw new TypeError(`${name} has a detached buffer (it was transferred)`);
  if (length !== undefined && array.length !== length) throw new RangeError(`${name} must hold ${String(length)} elements, got ${String(array.length)}`);
}

function isDetached(buffer: ArrayBuffer): boolean {
  try {
    // Node 20 has no ArrayBuffer.prototype.detached; a view on a detached buffer cannot be made.
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** The output of a call: the caller's, checked, or a new one. */
export function outputArray<A extends FloatArray>(output: A | undefined, dtype: KernelDType, length: number, name = 'output'): A {
  if (output === undefined) return new constructors[dtype](length) as A;
  requireArray(name, output, dtype, length);
  return output;
}
