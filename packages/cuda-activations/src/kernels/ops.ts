import type * as tf from '@cuda-activations/runtime';
import type { ResolvedActivation } from '../registry/types';
import type { DataFormat } from '../functions/tensor_like';
import { isStock, tfjs } from '../tensorflow/tfjs';
import { executeOnArrays } from './array_ops';
import { composition, refuseInComposition } from './composed';

/** An op attribute as the binding takes it: made once for an activation rather than at each call. */
export type OpAttribute = Parameters<tf.TensorFlowBackend['execute']>[1][number];

// Looked up once: these run at every call.
const { tensorflowBackend } = tfjs;
export const engine = tfjs.engine();

/** The backend of `@cuda-activations/runtime`. */
export const runtimeBackend = 'tensorflow';

type Execute = (name: OpName, attributes: readonly OpAttribute[], inputs: tf.TensorInfo[], outputs: number) => tf.Tensor[];
const execute: Execute = isStock ? executeOnArrays : (name, attributes, inputs, outputs) => tensorflowBackend().execute(name, attributes, inputs, outputs);

/** TF_AttrType of TensorFlow's C API. */
const kinds = { string: 0, int: 1, float: 2, bool: 3, type: 4 } as const;
/** TF_FLOAT of TensorFlow's C API. */
const float32 = 1;

type AttributeValue = OpAttribute['value'];
const attribute = (name: string, kind: keyof typeof kinds, value: AttributeValue): OpAttribute => ({ name, type: kinds[kind], value });

/** Attribute T of ops whose first input is a list: TensorFlow infers it from any other. */
export const floatType = attribute('T', 'type', float32);
export const intAttribute = (name: string, value: number): OpAttribute => attribute(name, 'int', value);
export const floatAttribute = (name: string, value: number): OpAttribute => attribute(name, 'float', value);
export const stringAttribute = (name: string, value: string): OpAttribute => attribute(name, 'string', value);
export const boolAttribute = (name: string, value: boolean): OpAttribute => attribute(name, 'bool', value);

/** Attributes `function` and `parameters` of an activation. An attribute costs most of a microsecond a call: defaults go without. */
export function activationAttributes(activation: ResolvedActivation): OpAttribute[] {
  const attributes = [stringAttribute('function', activation.name)];
  if (activation.values.some((value, i) => value !== activation.info.parameters[i]?.default)) attributes.push(attribute('parameters', 'float', [...activation.values]));
  return attributes;
}

export type { DataFormat };

const channelsFirst: readonly OpAttribute[] = [stringAttribute('data_format', 'channels_first')];

/** Attribute `data_format`, unless it is the default. */
export function dataFormatAttributes(format: DataFormat): readonly OpAttribute[] {
  return format === 'channelsFirst' ? channelsFirst : [];
}

/** TensorFlow's names of the library's ops. */
export type OpName = `CudaActivations>${string}`;

/** Runs one of the library's ops eagerly (or records it, inside compile()). */
export function runOp(name: OpName, attributes: readonly OpAttribute[], inputs: tf.TensorInfo[], outputs: number): tf.Tensor[] {
  refuseInComposition(name);
  return execute(name, attributes, inputs, outputs);
}

/** The single output of one of the library's ops. */
export function runSingleOp(name: OpName, attributes: readonly OpAttribute[], inputs: tf.TensorInfo[]): tf.Tensor {
  refuseInComposition(name);
  return execute(name, attributes, inputs, 1)[0] as tf.Tensor;
}

/** Attributes of a kernel that are no data: prepared ones travel as they are. */
export function asKernelAttributes(attributes: object): tf.NamedAttrMap {
  return attributes as tf.NamedAttrMap;
}

/**
 * How many gradient tapes are recording. Inside more than one, a backward pass will itself be differentiated.
 */
export function gradientDepth(): number {
  return engine.state.gradientDepth;
}

/** Whether a function of several parts is made of them, rather than one op: inside more than one gradient tape, and where activations are composed. */
export function isComposed(): boolean {
  return gradientDepth() > 1 || composition() !== undefined;
}

/**
 * Whether a call needs the engine's bookkeeping: a gradient is recorded, or calls are profiled. Else an op runs at once, a microsecond sooner;
 * its result belongs to the caller's scope either way.
 */
export function isObserved(): boolean {
  const { gradientDepth: depth, profiling } = engine.state;
  return depth > 0 || profiling || engine.ENV.getBool('DEBUG');
}

/** A kernel, of whichever backend it is registered for. */
export type Kernel = Omit<tf.KernelConfig, 'backendName'>;

export function kernelConfig(kernelName: string, kernelFunc: tf.KernelFunc): Kernel {
  return { kernelName, kernelFunc };
}

/** The gradient of a kernel. */
export function gradientConfig(kernelName: string, saves: Pick<tf.GradConfig, 'inputsToSave' | 'outputsToSave'>, gradFunc: tf.GradFunc): tf.GradConfig {
  return { kernelName, ...saves, gradFunc };
}

/** A kernel that passes the inputs called `names`, in this order and where they are given, to one op; attributes come prepared. */
export function kernelOfOp(kernelName: string, op: OpName, names: readonly string[], outputs = 1): Kernel {
  return kernelConfig(kernelName, ({ inputs, attrs }) => {
    const { attributes } = attrs as unknown as PreparedAttributes;
    const operands: tf.TensorInfo[] = [];
    for (const name of names) {
      const operand = inputs[name];
      if (operand) operands.push(operand);
    }
    return outputs === 1 ? runSingleOp(op, attributes, operands) : runOp(op, attributes, operands, outputs);
  });
}

/** Kernel attributes of kernelOfOp; frozen ones are converted once. */
export interface PreparedAttributes {
  readonly attributes: readonly OpAttribute[];
}

/** What `make` makes of a key, made once: attributes that stay the same objects are converted once for all calls. */
export function remembered<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = make(key)));
    return value;
  };
}

/** Prepared attributes for a kernelOfOp. */
export function preparedAttributes(attributes: readonly OpAttribute[]): PreparedAttributes {
  return { attributes: Object.freeze([...attributes]) };
}

/** Runs the op of a kernelOfOp, at once where nothing observes it. @param inputs in the op's order */
export function runKernelOfOp(kernel: string, op: OpName, inputs: Record<string, tf.Tensor>, attrs: tf.NamedAttrMap, outputs: number): tf.Tensor[] {
  if (!isObserved()) return runOp(op, (attrs as unknown as PreparedAttributes).attributes, Object.values(inputs), outputs);
  const result = engine.runKernel<tf.Tensor | tf.Tensor[]>(kernel, inputs, attrs);
  return Array.isArray(result) ? result : [result];
}
