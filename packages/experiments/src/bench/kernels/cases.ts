import { listActivations, resolveActivation, type ActivationFamily } from 'cuda-activations';
import type { BenchDType, Direction } from './options';

/** What a benchmark case is made of: a family of the registry, or bias + pointwise activation. */
export type OpFamily = ActivationFamily | 'bias';

export interface BenchOp {
  /** As the user names it. */
  readonly name: string;
  readonly family: OpFamily;
  /** Of the registry. */
  readonly activation: string;
}

/** One thing to measure, by every arm that can. */
export interface BenchCase {
  readonly op: BenchOp;
  readonly dtype: BenchDType;
  /** Elements of x. */
  readonly size: number;
  readonly direction: Direction;
}

/** Channels of every case that has them, and elements of a row: those of the paper's middle layers. */
export const CHANNELS = 64;
/** Hinges of APL: S of the paper's main experiment. */
export const SEGMENTS = 5;

const BIAS = 'bias_';
/** Bias + activation is one kernel body for all; two stand for it where the user asks for everything. */
const BIAS_OPS = ['relu', 'gelu'];

/**
 * @throws an Error that lists the activations, for an unknown name
 */
export function benchOp(name: string): BenchOp {
  if (name.startsWith(BIAS)) {
    const activation = resolveActivation(name.slice(BIAS.length), ['pointwise']).name;
    return { name: BIAS + activation, family: 'bias', activation };
  }
  const { name: activation, family } = resolveActivation(name).info;
  return { name: activation, family, activation };
}

/** The ops of a list of names, each once; `all` stands for every one. */
export function benchOps(names: readonly string[]): readonly BenchOp[] {
  const all = [...listActivations().map(({ name }) => name), ...BIAS_OPS.map((name) => BIAS + name)];
  const ops = names.flatMap((name) => (name === 'all' ? all : [name])).map(benchOp);
  return [...new Map(ops.map((op) => [op.name, op])).values()];
}

export function benchCases(
  ops: readonly BenchOp[],
  dtypes: readonly BenchDType[],
  sizes: readonly number[],
  directions: readonly Direction[],
): readonly BenchCase[] {
  return ops.flatMap((op) => dtypes.flatMap((dtype) => sizes.flatMap((size) => directions.map((direction) => ({ op, dtype, size, direction })))));
}

export const BYTES: Readonly<Record<BenchDType, number>> = { float32: 4, float16: 2, bfloat16: 2, float64: 8 };

/** Bytes that have to move for one element of x: each operand read once, each result written once; parameters are nothing. */
export function idealBytes({ op, dtype, direction }: Pick<BenchCase, 'op' | 'dtype' | 'direction'>): number {
  // A packed gated unit reads x and writes half as much; its gradient reads x and half as much, and writes dx.
  const [forward, backward] = op.family === 'gated' ? [1.5, 2.5] : [2, 3];
  return BYTES[dtype] * { forward, backward, both: forward + backward }[direction];
}
