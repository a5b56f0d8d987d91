import type { Measurement } from '../alternate';
import { pairedRatio } from '../statistics';
import { idealBytes, type BenchCase } from './cases';
import type { BenchDType, Direction, Memory } from './options';

/** The arms, by what they run. */
export const ARMS = {
  fused: "this project's op on TensorFlow.js tensors, called eagerly",
  'fused-arrays': "this project's function on typed arrays, into an existing array where it takes one",
  stock: "TensorFlow.js's own ops and gradients, on the same TensorFlow",
  repaired: "TensorFlow.js's own ops with the gradients of the runtime",
  relu: 'roofline: fused ReLU on tensors, same direction',
  'relu-arrays': 'roofline: fused ReLU on typed arrays, same direction',
  copy: 'roofline: Float32Array.set',
  torch: 'PyTorch in Python, eager',
  tensorflow: 'TensorFlow in Python, a tf.function',
} as const;
export type ArmName = keyof typeof ARMS;

/** A measurement, as it is written to JSON and CSV. */
export interface BenchRow {
  readonly op: string;
  readonly family: string;
  readonly dtype: BenchDType;
  /** Elements of x. */
  readonly size: number;
  readonly direction: Direction;
  readonly arm: ArmName;
  readonly threads: number;
  readonly memory: Memory;
  /** Median over the samples, per element of x. */
  readonly nsPerElement: number;
  readonly minNsPerElement: number;
  /** Bytes that have to move (each operand once) by the median time. */
  readonly gbPerSecond: number;
  /** Interquartile range over the median. */
  readonly spread: number;
  /** Median over rounds of this arm's time by the fused one's of the same kind (arrays or tensors). */
  readonly ratioToFused: number | null;
  /** Memory pages that the kernel handed to the process in one call. */
  readonly pageFaultsPerCall: number;
  /** TensorFlow.js kernels of one forward pass; stock arms. */
  readonly kernels: number | null;
  readonly samples: number;
  readonly iterations: number;
}

export interface MeasuredArm {
  readonly arm: ArmName;
  readonly threads: number;
  readonly measurement: Measurement;
  readonly pageFaultsPerCall: number;
  readonly kernels: number | null;
}

/** The fused arm that an arm is compared with. */
function counterpart(arm: ArmName): ArmName {
  return arm === 'fused-arrays' || arm === 'relu-arrays' || arm === 'copy' ? 'fused-arrays' : 'fused';
}

/** The rows of a case. */
export function rowsOf(bench: BenchCase, memory: Memory, arms: readonly MeasuredArm[]): readonly BenchRow[] {
  return arms.map(({ arm, threads, measurement, pageFaultsPerCall, kernels }) => {
    const wanted = counterpart(arm);
    const fused = arms.find((other) => other.threads === threads && other.arm === wanted) ?? arms.find((other) => other.threads === threads && other.arm === 'fused-arrays');
    const ns = (ms: number) => (ms * 1e6) / bench.size;
    return {
      op: bench.op.name,
      family: bench.op.family,
      dtype: bench.dtype,
      size: bench.size,
      direction: bench.direction,
      arm,
      threads,
      memory,
      nsPerElement: ns(measurement.median),
      minNsPerElement: ns(measurement.min),
      gbPerSecond: idealBytes(bench) / ns(measurement.median),
      spread: measurement.spread,
      ratioToFused: fused && fused.arm !== arm ? pairedRatio(measurement, fused.measurement) : null,
      pageFaultsPerCall,
      kernels,
      samples: measurement.samples.length,
      iterations: measurement.iterations,
    };
  });
}
