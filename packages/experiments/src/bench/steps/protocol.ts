import type { ArmName } from './arms';
import type { NetworkName } from './models';
import type { StepOptions } from './step_programs';

/** Files that the arms of a model share, in a temporary folder. */
export interface SharedFiles {
  /** The network as JSON. */
  readonly network: string;
  /** Its initial weights, safetensors. */
  readonly weights: string;
  /** `images0`, `labels0`, `images1`, ..., or `ids0`, `mask0`, `labels0`, `ids1`, ..., safetensors. */
  readonly batches: string;
}

/** What an arm is made of. */
export interface StepSubject extends StepOptions, NetworkName {
  readonly seed: number;
  readonly files: SharedFiles;
  /** Where set, the arm trains a copy whose weights start a unit in the last place away, up or down by this seed. */
  readonly nudge?: number;
}

/** What the process of an arm is asked. */
export type StepRequest =
  | { readonly kind: 'hello' }
  /** Writes network and weights; asked of a process that measures nothing, since it costs memory. */
  | { readonly kind: 'export'; readonly network: NetworkName; readonly seed: number; readonly files: SharedFiles }
  | { readonly kind: 'prepare'; readonly arm: ArmName; readonly subject: StepSubject }
  /** Steps, each on the next batch. */
  | { readonly kind: 'run'; readonly steps: number }
  | { readonly kind: 'memory' }
  /** Writes the step of the arm that was prepared, which must be a compiled one. */
  | { readonly kind: 'graph'; readonly folder: string }
  /** Asked of Keras's process: where the time of its own step goes, or of that of a graph. */
  | { readonly kind: 'profile'; readonly subject: StepSubject; readonly steps: number; readonly graph: ExportedGraph | null };

/** Answer to `graph`: what another process needs to run the step. */
export interface ExportedGraph {
  /** GraphDef. */
  readonly file: string;
  /** Safetensors: values of all variables by name. */
  readonly variables: string;
  /** The op library. */
  readonly library: string;
}

/** Answer to `profile`. */
export interface ProfileAnswer {
  /** Median of a step without the profiler, and with it. */
  readonly ms: number;
  readonly profiledMs: number;
  /** Microseconds of all runs of one kind of op in a step, added up over threads; the longest first. */
  readonly ops: readonly { readonly op: string; readonly count: number; readonly us: number }[];
}

/** Answer to `hello`: versions by name. */
export type Versions = Readonly<Record<string, string>>;

/** Answer to `run`, one value for each step. */
export interface RunAnswer {
  /** Until the loss was read back. */
  readonly ms: readonly number[];
  /** Of the processor, over all threads of the process. */
  readonly processorMs: readonly number[];
  readonly loss: readonly number[];
}

/** Answer to `memory`. */
export interface MemoryAnswer {
  /** Largest resident memory of the process so far, in MB (2^20 bytes). */
  readonly peakMB: number;
  /** What the backward pass keeps of the forward one, by the graph of a compiled step, in MB; null for others. */
  readonly keptMB: number | null;
}
