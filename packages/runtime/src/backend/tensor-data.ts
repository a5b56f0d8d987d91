import type { HostValues } from '../binding/native-binding';

/** A value of a trace: the type that the trace gives it is its own business. */
export interface TraceSymbol {
  /** The data of the tensor made of it. */
  data?: TensorData;
}

/** What the backend keeps for a data id. Exactly one of `values`, `id` and `symbol` holds the value. */
export interface TensorData {
  shape: number[];
  /** TensorFlow's number of the data type. */
  dtype: number;
  /** Values not uploaded yet: tensors made from JavaScript values go to TensorFlow at first use. */
  values: HostValues | null;
  /** The binding's tensor, or -1. */
  id: number;
  refCount: number;
  /** The binding's handle of the variable that `id` is a view of. */
  resource?: number;
  /** The value in a trace, for tensors that exist only there. */
  symbol?: TraceSymbol;
  disposed?: true;
}
