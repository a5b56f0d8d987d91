import * as fs from 'node:fs';
import * as path from 'node:path';
import { tensorflowVersion } from '../devices';
import type { NamedTensor } from './graph-builder';

/** A message in the wire format of protocol buffers, as far as a SavedModel needs it. */
class Message {
  private readonly parts: Buffer[] = [];

  number(field: number, value: number): this {
    this.parts.push(varint(field * 8), varint(value));
    return this;
  }

  bytes(field: number, value: Buffer | string | Message): this {
    const content = value instanceof Message ? value.encode() : Buffer.from(value);
    this.parts.push(varint(field * 8 + 2), varint(content.length), content);
    return this;
  }

  encode(): Buffer {
    return Buffer.concat(this.parts);
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** tensorflow.TensorInfo */
function tensorInfo({ name, dtype, shape }: NamedTensor): Message {
  const shapeProto = new Message();
  for (const size of shape) shapeProto.bytes(2, new Message().number(1, size));
  return new Message().bytes(1, name).number(2, dtype).bytes(3, shapeProto);
}

/** tensorflow.SignatureDef */
function signatureDef(inputs: readonly NamedTensor[], outputs: readonly NamedTensor[]): Message {
  const message = new Message();
  inputs.forEach((input) => message.bytes(1, new Message().bytes(1, input.name.split(':')[0] as string).bytes(2, tensorInfo(input))));
  outputs.forEach((output, i) => message.bytes(2, new Message().bytes(1, `result_${String(i)}`).bytes(2, tensorInfo(output))));
  return message.bytes(3, 'tensorflow/serving/predict');
}

/**
 * Writes `directory/saved_model.pb`: a SavedModel without variables, with tag `serve` and signature `serving_default`.
 * Source of the field numbers: tensorflow/core/protobuf/saved_model.proto and meta_graph.proto.
 */
export function writeSavedModel(directory: string, graphDef: Buffer, inputs: readonly NamedTensor[], outputs: readonly NamedTensor[]): void {
  const information = new Message().bytes(4, 'serve').bytes(5, tensorflowVersion());
  const signature = new Message().bytes(1, 'serving_default').bytes(2, signatureDef(inputs, outputs));
  const metaGraph = new Message().bytes(1, information).bytes(2, graphDef).bytes(5, signature);
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, 'saved_model.pb'), new Message().number(1, 1).bytes(2, metaGraph).encode());
}
