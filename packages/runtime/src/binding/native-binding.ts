import type { TensorMetadata, TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

/** Values of a tensor on the host: a typed array, or UTF-8 bytes for each string. */
export type HostValues =
  | Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | BigInt64Array | BigUint64Array
  | Uint8Array[];

/** A device as TensorFlow lists it. */
export interface Device {
  /** `/job:localhost/replica:0/task:0/device:CPU:0`. */
  readonly name: string;
  /** `CPU` or `GPU`. */
  readonly type: string;
  readonly memoryBytes: number;
}

/** Read once, when TensorFlow creates its context. */
export interface ContextOptions {
  /** Threads inside one op; default: one per core. */
  intraOpThreads?: number;
  /** Ops run at the same time; default: one per core. */
  interOpThreads?: number;
  /** Take GPU memory as it is needed instead of all at once. */
  memoryGrowth?: boolean;
  /** Whether TensorFlow looks for GPUs; default: it does. */
  useGpus?: boolean;
  /** Numbers of the GPUs that TensorFlow may use, separated by commas; default: all. */
  visibleGpus?: string;
}

/** What TensorFlow knows of an op. Types are OpDef's: `int`, `list(float)`, `type`, ... */
export interface OpDefinition {
  readonly isStateful: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A node's output: `shape` is null where the rank is unknown, and holds -1 where a dimension is. */
export interface InferredOutput {
  readonly dtype: number;
  readonly shape: number[] | null;
}

/**
 * The functions of `runtime.node`. The first group is the contract of tfjs-node's own binding, which its JavaScript kernels call.
 * Every failure is an Error whose `code` is TensorFlow's (`INVALID_ARGUMENT`, `NOT_FOUND`, ...), or a TypeError for an argument of the wrong kind.
 */
export interface NativeBinding extends Omit<TFJSBinding, 'TensorMetadata' | 'TFEOpAttr' | 'createTensor' | 'tensorDataSync' | 'executeOp'> {
  createTensor(shape: number[], dtype: number, values: HostValues): number;
  /** `attributes` may be an id from {@link prepareAttributes}. */
  executeOp(op: string, attributes: readonly TFEOpAttr[] | number, inputs: number[], outputCount: number): TensorMetadata[];
  tensorDataSync(id: number): HostValues;

  /** As {@link tensorDataSync}, off the event loop. */
  tensorData(id: number): Promise<HostValues>;
  /** Once TensorFlow runs, only the options it runs with are accepted. */
  configure(options: ContextOptions): void;
  devices(): Device[];
  /** Whether the op has a kernel for a type of device; `MatMul` has one for `GPU` in TensorFlow's GPU build. */
  hasKernel(op: string, deviceType: string): boolean;
  /** Registers the ops of a shared object and returns their names. */
  loadOpLibrary(path: string): string[];
  opDefinition(op: string): OpDefinition;

  /** Converts attributes once, for ops that run often. */
  prepareAttributes(attributes: readonly TFEOpAttr[]): number;
  deleteAttributes(id: number): void;

  /** A variable with the tensor's value. `resource` is its handle, for ops that update it; `view` reads its present value wherever it is an input. */
  createVariable(id: number): { resource: number; view: number };

  createGraph(): number;
  deleteGraph(graph: number): void;
  /** Nodes without a name get one; two nodes must not have the same. */
  graphPlaceholder(graph: number, dtype: number, shape: number[], name?: string): number;
  graphConstant(graph: number, shape: number[], dtype: number, values: HostValues, name?: string): number;
  /** `inputs` holds pairs of node and output. */
  graphNode(
    graph: number,
    op: string,
    attributes: readonly TFEOpAttr[],
    inputs: number[],
    controlInputs: number[],
    name?: string,
  ): { node: number; outputs: InferredOutput[] };
  graphNodeName(graph: number, node: number): string;
  /** Registers the graph as a function and returns its full name: `executeOp(fullName, [], inputs, outputs.length / 2)` calls it. */
  graphFunction(graph: number, name: string, inputs: number[], outputs: number[], controlOutputs: number[]): string;
  removeFunction(name: string): void;
  /** A serialized GraphDef. */
  serializeGraph(graph: number): Buffer;

  readonly TF_DOUBLE: number;
  readonly TF_INT16: number;
  readonly TF_INT8: number;
  readonly TF_BFLOAT16: number;
  readonly TF_UINT16: number;
  readonly TF_HALF: number;
  readonly TF_VARIANT: number;
  readonly TF_UINT32: number;
  readonly TF_UINT64: number;
  readonly TF_ATTR_FUNC: number;
}

export type { TensorMetadata, TFEOpAttr };
