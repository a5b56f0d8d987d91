import { z } from 'zod';

export const DTYPES = ['float32', 'float16', 'bfloat16', 'float64'] as const;
export type BenchDType = (typeof DTYPES)[number];

/** `backward` is the gradient alone, from what the forward pass kept; `both` is a forward pass and its gradient. */
export const DIRECTIONS = ['forward', 'backward', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const MEMORY = ['reused', 'usual'] as const;
export type Memory = (typeof MEMORY)[number];

/** The options of `bench-kernels`. */
export const benchKernelsOptions = z.strictObject({
  ops: z.array(z.string()).min(1).default(['all']).describe('activations by name (npx activations list), bias_NAME for bias + activation, or all'),
  sizes: z.array(z.string()).min(1).default(['2^10', '2^14', '2^18', '2^22', '2^24']).describe('elements, multiples of 128; 2^N is a power of two'),
  dtypes: z.array(z.enum(DTYPES)).min(1).default(['float32']).describe('element types; TensorFlow.js has only float32'),
  directions: z.array(z.enum(DIRECTIONS)).min(1).default(['forward', 'backward', 'both']).describe('backward: the gradient alone; both: forward pass and gradient'),
  threads: z.array(z.string()).min(1).default(['1']).describe('threads of one operation; several numbers are compared in one run'),
  memory: z.enum(MEMORY).default('reused').describe('reused: the C library keeps freed memory; usual: results of large operations lie on fresh pages, which costs each of them'),
  peers: z.boolean().default(false).describe('measure PyTorch and TensorFlow in Python too (installs them into the cache)'),
  samples: z.int().min(3).default(9).describe('samples of each arm'),
  sampleMs: z.number().min(0).default(4).describe('milliseconds that a sample lasts at least'),
  json: z.string().nullable().default(null).describe('file for the rows and the environment'),
  runsDir: z.string().min(1).default('runs').describe('folder of the runs and the report'),
  force: z.boolean().default(false).describe('measure again what has been measured'),
});

export type BenchKernelsConfig = z.output<typeof benchKernelsOptions>;

/**
 * A number of elements as typed: `4096` or `2^12`.
 * @throws RangeError
 */
export function parseSize(text: string): number {
  const [, exponent] = /^2\^(\d{1,2})$/.exec(text) ?? [];
  const size = exponent === undefined ? Number(text) : 2 ** Number(exponent);
  // Rows of 64 channels, twice as long for gated units.
  if (!Number.isSafeInteger(size) || size <= 0 || size % 128 !== 0) throw new RangeError(`sizes: expected multiples of 128 or powers of two from 2^7, got "${text}"`);
  return size;
}

/** @throws RangeError */
export function parseThreads(text: string): number {
  const threads = Number(text);
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`threads: expected integers of at least 1, got "${text}"`);
  return threads;
}

/** A number of elements as people say it. */
export function showSize(size: number): string {
  const exponent = Math.log2(size);
  return Number.isInteger(exponent) ? `2^${exponent}` : String(size);
}
