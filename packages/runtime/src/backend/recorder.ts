import type { Variable } from '@tensorflow/tfjs';
import type { HostValues, TensorMetadata, TFEOpAttr } from '../binding/native-binding';
import type { TensorData, TraceSymbol } from './tensor-data';

/** What takes the backend's place while `compile()` traces a function: ops are written down instead of run. */
export interface Recorder {
  execute(op: string, attributes: readonly TFEOpAttr[], inputs: readonly TensorData[], outputCount: number): RecordedOutput[];
  /** As `execute`, for an op whose first inputs are handles of variables and that changes their values. */
  update(op: string, attributes: readonly TFEOpAttr[], variables: readonly Variable[], inputs: readonly TensorData[], outputCount: number): RecordedOutput[];
  /** Called for every tensor that gets values from JavaScript. */
  created(data: TensorData): void;
  /** The values of a tensor whose values are known while tracing; throws for any other. */
  read(data: TensorData): HostValues;
}

/** An output that exists in the trace only. */
export interface RecordedOutput extends Omit<TensorMetadata, 'id'> {
  readonly symbol: TraceSymbol;
}

let active: Recorder | undefined;

/** The recorder that ops go to now, if any. */
export function activeRecorder(): Recorder | undefined {
  return active;
}

/** Runs `body` with all ops of the backend going to `recorder`. */
export function withRecorder<T>(recorder: Recorder, body: () => T): T {
  const outer = active;
  active = recorder;
  try {
    return body();
  } finally {
    active = outer;
  }
}
