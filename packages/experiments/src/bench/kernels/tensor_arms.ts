import * as tf from '@cuda-activations/runtime';
import * as fused from 'cuda-activations';
import { CHANNELS, SEGMENTS, type BenchCase, type BenchOp } from './cases';
import { operand, type OperandName } from './inputs';
import { functionOf, type WorkerArm } from './array_arms';
import { stockComposition, type TensorFunction } from './stock_compositions';
import type { ArmName } from './rows';
import { PROBE_LENGTH } from './worker_protocol';

/** The gradients and kernels of stock TensorFlow.js that the runtime replaces and that an activation's pass can meet. */
const GRADIENT_REPAIRS = ['activations', 'reductions', 'biases'] as const;

function setRepairs(on: boolean): void {
  tf.configureRepairs(Object.fromEntries(GRADIENT_REPAIRS.map((name) => [name, on])));
}

/** Names of the parameters of an op that are tensors. */
function parameterNames({ family, activation }: BenchOp): readonly OperandName[] {
  if (family === 'bias') return ['bias'];
  if (family !== 'perChannel') return [];
  return activation === 'prelu' ? ['slope'] : ['a', 'b'];
}

const SHAPES: Readonly<Partial<Record<OperandName, number[]>>> = { bias: [CHANNELS], slope: [CHANNELS], a: [SEGMENTS, CHANNELS], b: [SEGMENTS, CHANNELS] };

function fusedFunction({ family, activation }: BenchOp): TensorFunction {
  if (family === 'bias') {
    const call = functionOf('bias_activation') as unknown as (x: tf.Tensor, bias: tf.Tensor, options: object) => tf.Tensor;
    return (x, bias) => call(x, bias as tf.Tensor, { activation });
  }
  return functionOf(activation) as unknown as TensorFunction;
}

/** Tensors of the prepared case, to be disposed of with it. */
export interface TensorArms {
  readonly arms: readonly WorkerArm[];
  readonly dispose: () => void;
}

/**
 * The arms on tensors. Each call makes new result tensors and disposes of them, as a step of eager TensorFlow.js does.
 * TensorFlow.js has no gradient without its forward pass, so stock has no arm in direction `backward`.
 */
export async function tensorArms(bench: BenchCase): Promise<TensorArms> {
  if (bench.dtype !== 'float32') return { arms: [], dispose: () => undefined };
  const { op, size, direction } = bench;
  const width = op.family === 'gated' ? 2 * CHANNELS : CHANNELS;
  const x = tf.tensor2d(operand('x', bench) as Float32Array, [size / width, width]);
  const dy = tf.tensor2d(operand('dy', bench) as Float32Array, [size / width, CHANNELS]);
  const parameters = parameterNames(op).map((name) => tf.tensor(operand(name, bench) as Float32Array, SHAPES[name]));
  // The first use of a tensor uploads it.
  for (const tensor of [x, dy, ...parameters]) tensor.square().dispose();

  const arms = direction === 'backward' ? backwardArms(bench, x, dy) : await passArms(bench, [x, ...parameters], dy);
  return { arms, dispose: () => { tf.dispose([x, dy, ...parameters]); } };
}

/** The gradient alone: pointwise functions offer it on tensors. */
function backwardArms({ op }: BenchCase, x: tf.Tensor, dy: tf.Tensor): WorkerArm[] {
  const gradientArm = (arm: 'fused' | 'relu', activation: string): WorkerArm => {
    const { gradient } = functionOf(activation) as unknown as { gradient: (x: tf.Tensor, dy: tf.Tensor) => tf.Tensor };
    return { arm, work: () => { gradient(x, dy).dispose(); }, probe: arm === 'fused' ? () => probe(() => gradient(x, dy)) : null, kernels: null };
  };
  if (op.family === 'gated') return [];
  const relu = gradientArm('relu', 'relu');
  return op.family === 'pointwise' ? [gradientArm('fused', op.activation), relu] : [relu];
}

/** A forward pass, or one with its gradients. */
async function passArms({ op, direction }: BenchCase, operands: readonly tf.Tensor[], dy: tf.Tensor): Promise<WorkerArm[]> {
  const pass = (f: TensorFunction): (() => tf.Tensor[]) => {
    const [x, ...parameters] = operands as [tf.Tensor, ...tf.Tensor[]];
    if (direction === 'forward') return () => [tf.tidy(() => f(x, ...parameters))];
    const gradients = tf.grads((...inputs: tf.Tensor[]) => f(inputs[0] as tf.Tensor, ...inputs.slice(1)));
    return () => gradients([...operands], dy);
  };
  const arm = (name: ArmName, call: () => tf.Tensor[], more: Partial<WorkerArm> = {}): WorkerArm => ({
    arm: name,
    work: () => { tf.dispose(call()); },
    probe: () => probe(() => call()[0] as tf.Tensor),
    kernels: null,
    ...more,
  });
  const stock = stockComposition(op);
  const [x, ...parameters] = operands as [tf.Tensor, ...tf.Tensor[]];
  const compared = async (composition: TensorFunction): Promise<WorkerArm[]> => {
    setRepairs(false);
    const profile = await tf.profile(() => tf.tidy(() => composition(x, ...parameters)));
    tf.dispose(profile.result as tf.Tensor);
    const kernels = profile.kernels.length;
    return [
      arm('stock', pass(composition), { kernels, setup: () => { setRepairs(false); } }),
      arm('repaired', pass(composition), { kernels, setup: () => { setRepairs(true); } }),
    ];
  };
  return [
    arm('fused', pass(fusedFunction(op))),
    ...(stock ? await compared(stock) : []),
    ...(op.family === 'gated' ? [] : [arm('relu', direction === 'forward' ? () => [fused.relu(x)] : reluPass(x, dy), { probe: null })]),
  ];
}

function reluPass(x: tf.Tensor, dy: tf.Tensor): () => tf.Tensor[] {
  const gradient = tf.grad((input: tf.Tensor) => fused.relu(input));
  return () => [gradient(x, dy)];
}

/** First values of a result, which is disposed of. */
function probe(call: () => tf.Tensor): readonly number[] {
  return tf.tidy(() => [...tf.slice(tf.reshape(call(), [-1]), [0], [PROBE_LENGTH]).dataSync()]);
}
