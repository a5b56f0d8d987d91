import type { BenchCase } from './cases';
import type { OPERANDS } from './inputs';
import type { ArmName } from './rows';

/** What a worker is asked. One case at a time is prepared; its arrays live until the next one. */
export type WorkerRequest =
  | { readonly kind: 'hello' }
  | { readonly kind: 'prepare'; readonly bench: BenchCase; readonly operands: typeof OPERANDS; readonly channels: number; readonly segments: number }
  | { readonly kind: 'run'; readonly arm: ArmName; readonly iterations: number };

/** Answer to `hello`: versions by name. */
export type WorkerVersions = Readonly<Record<string, string>>;

/** An arm that a worker can run for the prepared case. */
export interface PreparedArm {
  readonly arm: ArmName;
  /** First values of the result (y, or dx), by which the arms are shown to compute the same; null where that makes no sense. */
  readonly probe: readonly number[] | null;
  readonly kernels: number | null;
}

/** Answer to `run`. */
export interface RunAnswer {
  readonly ms: number;
  /** Minor page faults of the process meanwhile. */
  readonly pageFaults: number;
}

/** Values of a probe. */
export const PROBE_LENGTH = 64;
