import type { recording } from '@cuda-activations/runtime';
import { tfjs } from '../tensorflow/tfjs';
import { intAttribute, type OpName, stringAttribute } from './ops';

type Recorded = Pick<recording.RecordedOp, 'attributes' | 'inputs'>;
type Operand = recording.RecordedOp['inputs'][number];

const forwardOp: OpName = 'CudaActivations>FusedBiasActivation';
const gradientOp: OpName = 'CudaActivations>FusedBiasActivationGrad';
const aplOp: OpName = 'CudaActivations>AdaptivePiecewiseLinear';
const aplGradientOp: OpName = 'CudaActivations>AdaptivePiecewiseLinearGrad';
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
  if (made?.output !== 0 || has(made, 'data_format', 'channels_first')) return undefined;
  if (made.op === gradientOp) return outputOf(rows, 1);
  return made.op === aplGradientOp && has(made, 'num_biases', 1) ? outputOf(rows, 3) : undefined;
}

/** x and bias of APL's input, where its hinges are per channel as the bias is. */
function aplSumOf(recorded: Recorded, x: Operand, a: Operand): readonly Operand[] | undefined {
  const sum = has(recorded, 'data_format', 'channels_first') ? undefined : sumOf(x);
  const [shape, bias] = [tfjs.recording.shapeOf(a), sum?.[1] && tfjs.recording.shapeOf(sum[1])];
  return shape.length === 2 && bias?.length === 1 && shape[1] === bias[0] ? sum : undefined;
}

const withBias = ({ attributes }: Recorded): Recorded['attributes'] => [...attributes, intAttribute('num_biases', 1)];

const apl: recording.Rewrite = (recorded) => {
  const [x, a, b] = recorded.inputs as [Operand, Operand, Operand];
  const [input, bias] = aplSumOf(recorded, x, a) ?? [];
  return input && bias && { op: aplOp, attributes: withBias(recorded), inputs: [input, a, b, bias], outputCount: 1 };
};

const aplBackward: recording.Rewrite = (recorded) => {
  const [dy, x, a, b] = recorded.inputs as [Operand, Operand, Operand, Operand];
  const [input, bias] = aplSumOf(recorded, x, a) ?? [];
  return input && bias && { op: aplGradientOp, attributes: withBias(recorded), inputs: [dy, input, a, b, bias], outputCount: 4 };
};

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
  registerRewrite(aplOp, apl);
  registerRewrite(aplGradientOp, aplBackward);
  registerRewrite('BiasAddGrad', biasGradient);
  registerRewrite('Sum', sum);
}
