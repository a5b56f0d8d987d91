import { Root, type IField, type Type } from 'protobufjs/light.js';

// The messages of ONNX that an export needs, with the field numbers of https://github.com/onnx/onnx/blob/v1.15.0/onnx/onnx.proto.

/** Operator set: the first with Gelu; it has Mish, HardSwish, Shrink and Split with `num_outputs` too. onnxruntime reads it from 1.17 on. */
export const OPSET_VERSION = 20;
/** Version of the file format that came with the operator set. */
export const IR_VERSION = 9;

/** TensorProto.DataType */
export const ELEMENT_TYPES = { float32: 1, int64: 7, bool: 9 } as const;
/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

const repeated = (type: string, id: number): IField => ({ rule: 'repeated', type, id });
const single = (type: string, id: number): IField => ({ type, id });

const root = Root.fromJSON({
  nested: {
    OperatorSetIdProto: { fields: { domain: single('string', 1), version: single('int64', 2) } },
    ModelProto: {
      fields: {
        irVersion: single('int64', 1),
        producerName: single('string', 2),
        graph: single('GraphProto', 7),
        opsetImport: repeated('OperatorSetIdProto', 8),
      },
    },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        name: single('string', 2),
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: single('string', 3),
        opType: single('string', 4),
        attribute: repeated('AttributeProto', 5),
      },
    },
    AttributeProto: {
      fields: {
        name: single('string', 1),
        f: single('float', 2),
        i: single('int64', 3),
        s: single('bytes', 4),
        ints: repeated('int64', 8),
        type: single('int32', 20),
      },
    },
    TensorProto: { fields: { dims: repeated('int64', 1), dataType: single('int32', 2), name: single('string', 8), rawData: single('bytes', 9) } },
    ValueInfoProto: { fields: { name: single('string', 1), type: single('TypeProto', 2) } },
    TypeProto: { fields: { tensorType: single('TensorTypeProto', 1) } },
    TensorTypeProto: { fields: { elemType: single('int32', 1), shape: single('TensorShapeProto', 2) } },
    TensorShapeProto: { fields: { dim: repeated('DimensionProto', 1) } },
    DimensionProto: { fields: { dimValue: single('int64', 1), dimParam: single('string', 2) } },
  },
});

/** The message that a .onnx file is. */
export const Model: Type = root.lookupType('ModelProto');

/** Value of an attribute: whole numbers are written as such, `{ float }` is for floats that may be whole. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** AttributeProto of one attribute of a node. */
export function attribute(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPES.int, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPES.string, s: Buffer.from(value) };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPES.ints, ints: value };
}

/** A value's type; without a shape, a tensor of any. A number is a size, a string names one that is not known. */
export function valueInfo(name: string, shape: readonly (number | string)[] | undefined): object {
  const dim = shape?.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES.float32, ...(dim && { shape: { dim } }) } } };
}

/** The bytes of a .onnx file around a GraphProto. */
export function encodeModel(graph: object): Uint8Array {
  const model = { irVersion: IR_VERSION, producerName: 'cuda-activations', opsetImport: [{ domain: '', version: OPSET_VERSION }], graph };
  return Model.encode(Model.fromObject(model)).finish();
}
