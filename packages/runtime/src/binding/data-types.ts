import { binding } from './binding';

/** TensorFlow's data types by name; tfjs's own names (`float32`, `complex64`, `bool`, ...) among them. */
const numbers = {
  float32: binding.TF_FLOAT,
  float64: binding.TF_DOUBLE,
  float16: binding.TF_HALF,
  bfloat16: binding.TF_BFLOAT16,
  int8: binding.TF_INT8,
  int16: binding.TF_INT16,
  int32: binding.TF_INT32,
  int64: binding.TF_INT64,
  uint8: binding.TF_UINT8,
  uint16: binding.TF_UINT16,
  uint32: binding.TF_UINT32,
  uint64: binding.TF_UINT64,
  bool: binding.TF_BOOL,
  complex64: binding.TF_COMPLEX64,
  string: binding.TF_STRING,
  resource: binding.TF_RESOURCE,
  variant: binding.TF_VARIANT,
} as const;

/** Name of a TensorFlow data type. */
export type TensorFlowDataType = keyof typeof numbers;

/** The types of tfjs tensors, with what a tensor of each TensorFlow type is shown as. */
const shownAs: Readonly<Record<TensorFlowDataType, 'float32' | 'int32' | 'bool' | 'complex64' | 'string'>> = {
  float32: 'float32',
  float64: 'float32',
  float16: 'float32',
  bfloat16: 'float32',
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int32',
  uint8: 'int32',
  uint16: 'int32',
  uint32: 'int32',
  uint64: 'int32',
  bool: 'bool',
  complex64: 'complex64',
  string: 'string',
  // As tfjs-node has it: opaque bytes.
  resource: 'string',
  variant: 'string',
};

const names = new Map<number, TensorFlowDataType>((Object.keys(numbers) as TensorFlowDataType[]).map((name) => [numbers[name], name]));

/**
 * TensorFlow's number of a data type.
 * @throws if there is no such type.
 */
export function dataTypeNumber(name: string): number {
  if (!Object.hasOwn(numbers, name)) throw new TypeError(`unknown data type "${name}"; there are: ${Object.keys(numbers).join(', ')}`);
  return numbers[name as TensorFlowDataType];
}

/** The name of TensorFlow's data type number `type`. */
export function dataTypeName(type: number): TensorFlowDataType {
  const name = names.get(type);
  if (name === undefined) throw new TypeError(`unknown data type number ${String(type)}`);
  return name;
}

const bytes: Readonly<Record<TensorFlowDataType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
  complex64: 8,
  string: 0,
  resource: 0,
  variant: 0,
};

/** Bytes of one element; 0 where its size is not fixed. */
export function dataTypeBytes(type: number): number {
  return bytes[dataTypeName(type)];
}

/** The tfjs type that a tensor of this TensorFlow type has. */
export function shownDataType(type: number): 'float32' | 'int32' | 'bool' | 'complex64' | 'string' {
  return shownAs[dataTypeName(type)];
}
