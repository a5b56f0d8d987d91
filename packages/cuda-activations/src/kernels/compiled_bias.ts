import type { recording } from '@cuda-activations/runtime';
import { tfjs } from '../tensorflow/tfjs';
import { intAttribute, type OpName, stringAttribute } from './ops';

type Recorded = Pick<recording.RecordedOp, 'attributes' | 'inputs'>;
type Operand = recording.RecordedOp['inputs'][number];

const forwardOp: OpName = 'CudaActivations>FusedBiasActivation';
const gradientOp: OpName = 'CudaActivations>FusedBiasActivationGrad';
/** Attributes of an activation that the ops with a bias take as they are. */
const ofActivation: ReadonlySet<string> = new Set(['function', 'parameters']);

const activationOf = ({ attributes }: Recorded): Recorded['attributes'] => attributes.filter(({ name }) => ofActivation.has(name));
const has = ({ attributes }: Recorded, name: string, value: unknown): boolean => attributes.some((attribute) => attribute.name === name && attribute.value === value);

/** x and bias of a sum over the last dimension. */
function sumOf(value: Operand): readonly Operand[] | undefined {
  const made = tfjs.recording.producerOf(value);
  return made?.op === 'BiasAdd' && !has(made, 'data_format', 'NCHW') ? made.inputs : undefined;
}

/** Whether a value is f(x + bias) and nothing else: no residual, no dropout, channels last. */
function isBiased(value: Operand): boolean {
  const made = tfjs.recording.producerOf(value);
  return made?.op === forwardOp && made.inputs.length === 2 && !has(made, 'data_format', 'channels_first');
}

/** The sum of dx over all but the last dimension, which the gradient of a biased activation makes along with dx. */
function sumWith(dx: Operand): recording.Output | undefined {
  const { outputOf, producerOf, rowsOf } = tfjs.recording;
  const rows = rowsOf(dx);
  const made = producerOf(rows);
  return made?.op === gradientOp && made.output === 0 && !has(made, 'data_format', 'channels_first') ? outputOf(rows, 1) : undefined;
}

const activate: recording.Rewrite = (recorded) => {
  const inputs = sumOf(recorded.inputs[0] as Operand);
  return inputs && { op: forwardOp, attributes: activationOf(recorded), inputs, outputCount: 1 };
};

const backward: recording.Rewrite = (recorded) => {
  const [dy, saved] = recorded.inputs as [Operand, Operand];
  const attributes = activationOf(recorded);
  if (has(recorded, 'from_output', true)) {
    return isBiased(saved) ? { op: gradientOp, attributes: [...attributes, stringAttribute('source', 'output')], inputs: [dy, saved], outputCount: 2 } : undefined;
  }
  const sum = sumOf(saved);
  return sum && { op: gradientOp, attributes: [...attributes, intAttribute('num_biases', 1)], inputs: [dy, ...sum], outputCount: 2 };
};

const biasGradient: recording.Rewrite = (recorded) => (has(recorded, 'data_format', 'NCHW') ? undefined : sumWith(recorded.inputs[0] as Operand));

/** tf.fused.matMul, and tf.layers.dense with it, sums the gradient of its bias so. */
const sum: recording.Rewrite = (recorded) => {
  const { constantOf, shapeOf } = tfjs.recording;
  const [dx, axes] = recorded.inputs as [Operand, Operand];
  const rank = shapeOf(dx).length;
  const summed = new Set((constantOf(axes) ?? []).map((axis) => (axis + rank) % rank));
  return summed.size === rank - 1 && !summed.has(rank - 1) && !has(recorded, 'keep_dims', true) ? sumWith(dx) : undefined;
};

/** In compiled functions, a bias and the activation after it are one pass over the tensor, and their gradients another. */
export function compileBiases(): void {
  const { registerRewrite } = tfjs.recording;
  registerRewrite('CudaActivations>FusedActivation', activate);
  registerRewrite('CudaActivations>FusedActivationGrad', backward);
  registerRewrite('BiasAddGrad', biasGradient);
  registerRewrite('Sum', sum);
}
