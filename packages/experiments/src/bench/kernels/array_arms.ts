import * as fused from 'cuda-activations';
import { CHANNELS, type BenchCase } from './cases';
import { operand, type BenchArray, type OperandName } from './inputs';
import { PROBE_LENGTH } from './worker_protocol';
import type { ArmName } from './rows';

/** An arm of the worker: its work, and the result that the work leaves, to look at. */
export interface WorkerArm {
  readonly arm: ArmName;
  /** Called before each sample, outside of the measurement. */
  readonly setup?: () => void;
  readonly work: () => unknown;
  /** First values of the result; null where it is not that of the case. */
  readonly probe: (() => readonly number[]) | null;
  readonly kernels: number | null;
}

/** A call on typed arrays of any dtype; the package's signatures tie each to its array class. */
type Call = (...operands: readonly unknown[]) => BenchArray | Readonly<Record<string, BenchArray>>;
type Differentiable = Call & { readonly gradient: Call };

/** The package's function of an activation, under whatever name it is exported. */
export function functionOf(activation: string): Differentiable {
  const name = activation.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const found = (fused as unknown as Readonly<Record<string, unknown>>)[name];
  if (typeof found !== 'function') throw new Error(`cuda-activations exports no function ${name}`);
  return found as Differentiable;
}

const toNumber: Readonly<Record<string, (value: number) => number>> = {
  bfloat16: (value) => new Float32Array(Uint32Array.of(value << 16).buffer)[0] ?? NaN,
  float16: (value) => {
    const [sign, exponent, fraction] = [value >> 15 ? -1 : 1, (value >> 10) & 31, value & 1023];
    return exponent === 0 ? sign * 2 ** -24 * fraction : exponent === 31 ? (fraction ? NaN : sign * Infinity) : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
  },
};

/** The arms on typed arrays. Results go into arrays made beforehand wherever the function takes one. */
export function arrayArms(bench: BenchCase): readonly WorkerArm[] {
  const make = (name: OperandName) => operand(name, bench);
  const [x, dy] = [make('x'), make('dy')];
  const width = bench.op.family === 'gated' ? bench.size / 2 : bench.size;
  const [y, dx] = [new (x.constructor as Float32ArrayConstructor)(width) as BenchArray, new (x.constructor as Float32ArrayConstructor)(bench.size) as BenchArray];
  const dtype = bench.dtype === 'float16' || bench.dtype === 'bfloat16' ? { dtype: bench.dtype } : {};
  const { forward, backward } = callsOf(bench, { x, dy, y, dx, dtype, make });
  const result = bench.direction === 'forward' ? () => y : backward.result;
  const read = (values: BenchArray) => Array.from(values.subarray(0, PROBE_LENGTH), toNumber[bench.dtype] ?? Number);

  const relu = functionOf('relu');
  const output = { ...dtype, output: dx };
  const both = (first: () => unknown, second: () => unknown) => ({ forward: first, backward: second, both: () => { first(); second(); } })[bench.direction];
  const arms: WorkerArm[] = [
    { arm: 'fused-arrays', work: both(forward, backward.work), probe: () => read(result()), kernels: null },
    { arm: 'relu-arrays', work: both(() => relu(x, output), () => relu.gradient(x, bench.op.family === 'gated' ? x : dy, output)), probe: null, kernels: null },
  ];
  if (bench.direction === 'forward') arms.push({ arm: 'copy', work: () => { dx.set(x); }, probe: null, kernels: null });
  return arms;
}

interface Operands {
  readonly x: BenchArray;
  readonly dy: BenchArray;
  readonly y: BenchArray;
  readonly dx: BenchArray;
  readonly dtype: object;
  readonly make: (name: OperandName) => BenchArray;
}

interface Calls {
  readonly forward: () => unknown;
  readonly backward: { readonly work: () => unknown; readonly result: () => BenchArray };
}

function callsOf({ op }: BenchCase, { x, dy, y, dx, dtype, make }: Operands): Calls {
  const toY = { ...dtype, output: y };
  const toDx = { ...dtype, output: dx };
  const gradientInto = (work: () => ReturnType<Call>) => ({ work, result: () => dx });
  switch (op.family) {
    case 'pointwise': {
      const f = functionOf(op.activation);
      return { forward: () => f(x, toY), backward: gradientInto(() => f.gradient(x, dy, toDx)) };
    }
    case 'bias': {
      const f = functionOf('bias_activation');
      const bias = make('bias');
      const activation = { activation: op.activation };
      return { forward: () => f(x, bias, { ...toY, ...activation }), backward: gradientInto(() => f.gradient(x, bias, dy, { ...toDx, ...activation })) };
    }
    case 'gated': {
      const f = functionOf(op.activation);
      const rows = { rowLength: 2 * CHANNELS };
      return { forward: () => f(x, { ...toY, ...rows }), backward: gradientInto(() => f.gradient(x, dy, { ...toDx, ...rows })) };
    }
    case 'rowwise': {
      const f = functionOf(op.activation) as Differentiable & { readonly gradientFromOutput: Call };
      const rows = { rowLength: CHANNELS };
      // What the gradient takes, also where it is measured alone.
      f(x, { ...toY, ...rows });
      return { forward: () => f(x, { ...toY, ...rows }), backward: gradientInto(() => f.gradientFromOutput(y, dy, { ...toDx, ...rows })) };
    }
    case 'perChannel': {
      const f = functionOf(op.activation);
      if (op.activation === 'prelu') {
        const slope = make('slope');
        return { forward: () => f(x, slope, toY), backward: gradientInto(() => f.gradient(x, slope, dy, toDx)) };
      }
      const [a, b] = [make('a'), make('b')];
      const channels = { channels: CHANNELS };
      return { forward: () => f(x, a, b, { ...toY, ...channels }), backward: gradientInto(() => f.gradient(x, a, b, dy, { ...toDx, ...channels })) };
    }
  }
}
