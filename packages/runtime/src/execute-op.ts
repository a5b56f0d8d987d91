import type * as tf from '@tensorflow/tfjs';
import { tensorflowBackend } from './backend/register';
import { binding } from './binding/binding';
import { dataTypeNumber } from './binding/data-types';
import type { TFEOpAttr } from './binding/native-binding';
import { opDefinition } from './binding/op-definitions';

type Scalar = string | number | boolean;

/**
 * The value of an op's attribute: what its type in TensorFlow's op definition asks for. A `type` is the type's name (`float32`, `bfloat16`, `int64`, ...),
 * a `shape` an array of dimensions (-1 for an unknown one) or null for an unknown rank, a `func` the function's name, a `list(...)` an array.
 */
export type OpAttribute = Scalar | null | readonly Scalar[] | readonly (readonly number[] | null)[];
export type OpAttributes = Readonly<Record<string, OpAttribute>>;

const kinds: Readonly<Record<string, number>> = {
  string: binding.TF_ATTR_STRING,
  int: binding.TF_ATTR_INT,
  float: binding.TF_ATTR_FLOAT,
  bool: binding.TF_ATTR_BOOL,
  type: binding.TF_ATTR_TYPE,
  shape: binding.TF_ATTR_SHAPE,
  func: binding.TF_ATTR_FUNC,
};

function toTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toTypes);
  return typeof value === 'string' ? dataTypeNumber(value) : value;
}

/**
 * Attributes in the form the binding takes, checked against TensorFlow's definition of the op.
 * @throws for an unknown op, or an attribute that the op does not have.
 */
export function toBindingAttributes(op: string, attributes: OpAttributes): TFEOpAttr[] {
  const definition = opDefinition(op);
  return Object.entries(attributes).map(([name, value]) => {
    const type = definition.attributes[name];
    if (type === undefined) {
      throw new TypeError(`op ${op} has no attribute "${name}"; it has: ${Object.keys(definition.attributes).join(', ') || 'none'}`);
    }
    const element = /^list\((.*)\)$/.exec(type)?.[1];
    if (element !== undefined && !Array.isArray(value)) throw new TypeError(`attribute "${name}" of op ${op} is a ${type}, got ${String(value)}`);
    const kind = kinds[element ?? type];
    if (kind === undefined) throw new TypeError(`attribute "${name}" of op ${op} has type ${type}, which is not supported`);
    return { name, type: kind, value: ((element ?? type) === 'type' ? toTypes(value) : value) as TFEOpAttr['value'] };
  });
}

/**
 * Runs any TensorFlow op, or records it where {@link compile} is tracing. No gradient is recorded: wrap it in `tf.customGrad` for that.
 *
 * @param op TensorFlow's name of the op, e.g. `SparseSoftmaxCrossEntropyWithLogits`, also of a loaded op library.
 * @param attributes those without a default that do not follow from the inputs; see {@link OpAttribute}.
 * @param inputs the op's inputs in order, lists flattened.
 * @param outputCount how many outputs the op has.
 * @throws an Error with TensorFlow's message, and its code as `code`.
 */
export function executeOp(op: string, attributes: OpAttributes, inputs: readonly tf.TensorInfo[], outputCount: number): tf.Tensor[] {
  return tensorflowBackend().execute(op, toBindingAttributes(op, attributes), inputs, outputCount);
}
