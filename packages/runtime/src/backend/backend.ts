import * as tf from '@tensorflow/tfjs';
import type { Int64Scalar } from '@tensorflow/tfjs-node-gpu/dist/int64_tensors';
import { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { dataTypeNumber, shownDataType } from '../binding/data-types';
import type { HostValues, NativeBinding, TensorMetadata, TFEOpAttr } from '../binding/native-binding';
import { activeRecorder, type RecordedOutput } from './recorder';
import type { TensorData } from './tensor-data';

/** What of tfjs-node's backend class is kept; its declarations make private what this one replaces. */
interface UpstreamBackend {
  executeSingleInput(op: string, input: tf.TensorInfo): tf.Tensor;
}
const Upstream = NodeJSKernelBackend as unknown as new (binding: NativeBinding, packageName: string) => UpstreamBackend;

type OpInput = tf.TensorInfo | Int64Scalar;

/**
 * The `tensorflow` backend: tfjs-node's kernels over the project's binding. Differs from tfjs-node's class in that its ops can be recorded, its
 * tensors can be views of variables, `read()` does not block the event loop, and all of TensorFlow's data types can be held and read.
 */
export class TensorFlowBackend extends Upstream {
  readonly binding: NativeBinding;
  private readonly tensorMap: tf.DataStorage<TensorData>;
  private readonly prepared = new WeakMap<readonly TFEOpAttr[], number>();
  private readonly unused = new FinalizationRegistry<number>((id) => {
    this.binding.deleteAttributes(id);
  });

  constructor(binding: NativeBinding) {
    super(binding, '@tensorflow/tfjs-node-gpu');
    this.binding = binding;
    this.tensorMap = new tf.DataStorage<TensorData>(this as unknown as tf.KernelBackend, tf.engine());
  }

  /** What the backend keeps for a tensor. */
  data(tensor: { readonly dataId: tf.DataId }): TensorData {
    return this.tensorMap.get(tensor.dataId);
  }

  /** The binding's id of a tensor, uploading its values if they are still in JavaScript. */
  upload(data: TensorData): number {
    if (data.symbol !== undefined) {
      throw new Error('a tensor that was made inside a compiled function is used outside of it: return it from the function, or keep it in a tf.variable');
    }
    if (data.values !== null) {
      data.id = this.binding.createTensor(data.shape, data.dtype, data.values);
      data.values = null;
    }
    return data.id;
  }

  /** Runs or records an op, and makes tensors of its outputs. An array of attributes that is frozen is converted once, at its first use. */
  execute(op: string, attributes: readonly TFEOpAttr[], inputs: readonly OpInput[], outputCount: number): tf.Tensor[] {
    const recorder = activeRecorder();
    if (recorder !== undefined) {
      const data = inputs.map((input) => (isTensorInfo(input) ? this.data(input) : this.int64Data(input)));
      return recorder.execute(op, attributes, data, outputCount).map((output) => this.createOutputTensor(output));
    }
    const ids = this.getInputTensorIds(inputs);
    try {
      return this.binding.executeOp(op, this.nativeAttributes(attributes), ids, outputCount).map((output) => this.createOutputTensor(output));
    } finally {
      inputs.forEach((input, i) => {
        if (!isTensorInfo(input)) this.binding.deleteTensor(ids[i] as number);
      });
    }
  }

  executeSingleOutput(op: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[]): tf.Tensor {
    return this.execute(op, attributes, inputs, 1)[0] as tf.Tensor;
  }

  executeMultipleOutputs(op: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[], outputCount: number): tf.Tensor[] {
    return this.execute(op, attributes, inputs, outputCount);
  }

  getDTypeInteger(dtype: tf.DataType): number {
    return dataTypeNumber(dtype);
  }

  /** Used by tfjs-node's kernels that call the binding themselves; they cannot be recorded. */
  protected getInputTensorIds(inputs: readonly OpInput[]): number[] {
    if (activeRecorder() !== undefined) throw new Error('this operation cannot be part of a compiled function: call it outside');
    return inputs.map((input) =>
      isTensorInfo(input) ? this.upload(this.data(input)) : this.binding.createTensor([], this.binding.TF_INT64, input.valueArray),
    );
  }

  /** A tensor for an output of an op, run or recorded. */
  createOutputTensor(output: TensorMetadata | RecordedOutput): tf.Tensor {
    const { shape, dtype } = output;
    const place = 'symbol' in output ? { id: -1, symbol: output.symbol } : { id: output.id };
    const dataId = this.adopt({ shape, dtype, values: null, refCount: 1, ...place });
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: shownDataType(dtype) });
  }

  /** A data id for data that no tensor refers to yet. */
  adopt(data: TensorData): tf.DataId {
    const dataId = {};
    this.tensorMap.set(dataId, data);
    if (data.symbol !== undefined) data.symbol.data = data;
    return dataId;
  }

  numDataIds(): number {
    return this.tensorMap.numDataIds();
  }

  async read(dataId: tf.DataId): Promise<tf.backend_util.BackendValues> {
    const data = this.registered(dataId);
    const known = this.hostValues(data);
    if (known !== undefined) return known as tf.backend_util.BackendValues;
    const readable = this.readableId(data);
    try {
      return (await this.binding.tensorData(readable)) as tf.backend_util.BackendValues;
    } finally {
      if (readable !== data.id) this.binding.deleteTensor(readable);
    }
  }

  readSync(dataId: tf.DataId): tf.backend_util.BackendValues {
    const data = this.registered(dataId);
    const known = this.hostValues(data);
    if (known !== undefined) return known as tf.backend_util.BackendValues;
    const readable = this.readableId(data);
    try {
      return this.binding.tensorDataSync(readable) as tf.backend_util.BackendValues;
    } finally {
      if (readable !== data.id) this.binding.deleteTensor(readable);
    }
  }

  disposeData(dataId: tf.DataId, force = false): boolean {
    if (!this.tensorMap.has(dataId)) return true;
    const data = this.tensorMap.get(dataId);
    data.refCount--;
    if (!force && data.refCount > 0) return false;
    if (data.id >= 0) this.binding.deleteTensor(data.id);
    if (data.resource !== undefined) this.binding.deleteTensor(data.resource);
    data.disposed = true;
    this.tensorMap.delete(dataId);
    return true;
  }

  refCount(dataId: tf.DataId): number {
    return this.tensorMap.has(dataId) ? this.tensorMap.get(dataId).refCount : 0;
  }

  incRef(dataId: tf.DataId): void {
    this.tensorMap.get(dataId).refCount++;
  }

  move(dataId: tf.DataId, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType, refCount: number): void {
    const data: TensorData = { shape, dtype: dataTypeNumber(dtype), values: values as HostValues, id: -1, refCount };
    this.tensorMap.set(dataId, data);
    activeRecorder()?.created(data);
  }

  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  private registered(dataId: tf.DataId): TensorData {
    if (!this.tensorMap.has(dataId)) throw new Error('the tensor to read is not registered with the tensorflow backend (already disposed?)');
    return this.tensorMap.get(dataId);
  }

  private nativeAttributes(attributes: readonly TFEOpAttr[]): readonly TFEOpAttr[] | number {
    const known = this.prepared.get(attributes);
    if (known !== undefined || !Object.isFrozen(attributes)) return known ?? attributes;
    const id = this.binding.prepareAttributes(attributes);
    this.prepared.set(attributes, id);
    this.unused.register(attributes, id);
    return id;
  }

  /** Values that are in JavaScript already; while recording, all that may be read. */
  private hostValues(data: TensorData): HostValues | undefined {
    const recorder = activeRecorder();
    if (recorder !== undefined) return recorder.read(data);
    if (data.values !== null) return data.values;
    this.upload(data);
    return undefined;
  }

  /** The tensor itself, or a float32 copy for the float types that JavaScript has no array for (the caller deletes it). */
  private readableId(data: TensorData): number {
    const { binding } = this;
    if (![binding.TF_HALF, binding.TF_BFLOAT16, binding.TF_DOUBLE].includes(data.dtype)) return data.id;
    const to = { name: 'DstT', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
    return (binding.executeOp('Cast', [to], [data.id], 1)[0] as TensorMetadata).id;
  }

  private int64Data(scalar: Int64Scalar): TensorData {
    const data: TensorData = { shape: [], dtype: this.binding.TF_INT64, values: scalar.valueArray, id: -1, refCount: 1 };
    activeRecorder()?.created(data);
    return data;
  }
}

function isTensorInfo(input: OpInput): input is tf.TensorInfo {
  return 'dataId' in input;
}
