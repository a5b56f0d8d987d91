import type * as tf from '@cuda-activations/runtime';
import { dtypeIds, gatedIds, type GatedName, pointwise, pointwiseIds, type PointwiseName, rowwiseIds, type RowwiseName } from '../generated/activations';
import { addon, type BiasHead } from '../native/addon';
import type { ParameterInfo } from '../registry/types';
import { tfjs } from '../tensorflow/tfjs';
import type { OpAttribute, OpName } from './ops';

// The ops of the op library on a TensorFlow.js without it: the addon's kernels on arrays that are read from the backend.

const { float32 } = dtypeIds;
const engine = tfjs.engine();

/** One call of an op. */
class Call {
  private readonly attributes: ReadonlyMap<string, unknown>;

  constructor(
    attributes: readonly OpAttribute[],
    readonly inputs: readonly tf.TensorInfo[],
  ) {
    this.attributes = new Map(attributes.map(({ name, value }) => [name, value]));
  }

  get(name: string): unknown {
    return this.attributes.get(name);
  }

  /** How many tensors an optional input holds. */
  count(name: string): number {
    return (this.get(name) as number | undefined) ?? 0;
  }

  /** The pointwise activation and its parameters. */
  get activation(): [id: number, dtype: number, parameters: readonly number[]] {
    const name = this.get('function') as PointwiseName;
    const defaults = (pointwise[name].parameters as readonly ParameterInfo[]).map((parameter) => parameter.default);
    return [pointwiseIds[name], float32, (this.get('parameters') as number[] | undefined) ?? defaults];
  }

  info(i: number): tf.TensorInfo {
    return this.inputs[i] as tf.TensorInfo;
  }

  /** The values of an input; backends may keep them as another kind of array. */
  values(i: number): Float32Array {
    const values = engine.readSync(this.info(i).dataId);
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  }

  get isChannelsFirst(): boolean {
    return this.get('data_format') === 'channels_first';
  }

  /** Elements between neighbours of a channel of x: a parameter of one value, or of one value per position, has the layout of channels-last. */
  inner(x: tf.TensorInfo, parameter: readonly number[]): number {
    return this.isChannelsFirst && parameter.length === 1 && parameter[0] !== 1 ? sizeOf(x.shape.slice(2)) : 1;
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Outputs shaped like these, written by `write`. */
function made(shapes: readonly (readonly number[])[], write: (...outputs: Float32Array[]) => void): tf.Tensor[] {
  const outputs = shapes.map((shape) => new Float32Array(sizeOf(shape)));
  write(...outputs);
  return outputs.map((values, i) => engine.makeTensor(values, [...(shapes[i] as readonly number[])], 'float32'));
}

type Op = (call: Call, outputs: number) => tf.Tensor[];

/** Addon arguments of x + bias + residual with dropout. */
function biasHead(call: Call, x: tf.TensorInfo, values: Float32Array, [bias, residual, state]: readonly (number | undefined)[], activation = call.activation): BiasHead {
  const channels = x.shape[call.isChannelsFirst ? 1 : x.shape.length - 1] ?? 0;
  const inner = call.isChannelsFirst ? sizeOf(x.shape.slice(2)) : 1;
  // 32-bit words, as the op reads them.
  const [seed = 0, counter = 0] = state === undefined ? [] : Array.from(engine.readSync(call.info(state).dataId) as Int32Array, (word) => word >>> 0);
  const rate = state === undefined ? 0 : ((call.get('dropout_rate') as number | undefined) ?? 0);
  const given = (i: number | undefined): Float32Array | undefined => (i === undefined ? undefined : call.values(i));
  return [...activation, channels, inner, rate, seed, counter, values, given(bias), given(residual)];
}

/** Indices of optional inputs that follow each other. */
function optional(first: number, counts: readonly number[]): (number | undefined)[] {
  let next = first;
  return counts.map((count) => (count > 0 ? next++ : undefined));
}

const linear: Call['activation'] = [pointwiseIds.linear, float32, []];

/** dx from y, where f' is a function of it, and dbias as the channel sums of dx. */
function biasGradientFromOutput(call: Call): tf.Tensor[] {
  const [dy, y] = [call.values(0), call.values(1)];
  const info = call.info(0);
  const through = new Float32Array(dy.length);
  addon().pointwiseGradientFromOutput(...call.activation, y, dy, through);
  const head = biasHead(call, info, y, [], linear);
  return made([info.shape, [head[3]]], (dx, dbias) => { addon().biasActivationGradient(...head, through, dx as Float32Array, dbias as Float32Array); });
}

const ops: Readonly<Record<OpName, Op>> = {
  'CudaActivations>FusedActivation': (call) => made([call.info(0).shape], (y) => { addon().pointwise(...call.activation, call.values(0), y as Float32Array); }),

  'CudaActivations>FusedActivationGrad': (call) =>
    made([call.info(0).shape], (dx) => {
      const kernel = call.get('from_output') === true ? 'pointwiseGradientFromOutput' : 'pointwiseGradient';
      addon()[kernel](...call.activation, call.values(1), call.values(0), dx as Float32Array);
    }),

  'CudaActivations>FusedActivationGradGrad': (call) =>
    made([call.info(0).shape], (dx) => { addon().pointwiseSecondGradient(...call.activation, call.values(2), call.values(1), call.values(0), dx as Float32Array); }),

  'CudaActivations>FusedBiasActivation': (call, outputs) => {
    const [residual, state] = optional(2, [call.count('num_residuals'), call.count('num_dropout_states')]);
    const x = call.values(0);
    const shape = call.info(0).shape;
    return made(outputs > 1 ? [shape, shape] : [shape], (y, preactivation) => {
      addon().biasActivation(...biasHead(call, call.info(0), x, [1, residual, state]), y as Float32Array);
      if (preactivation) addon().biasActivation(...biasHead(call, call.info(0), x, [1, residual], linear), preactivation);
    });
  },

  'CudaActivations>FusedBiasActivationGrad': (call) => {
    if (call.get('source') === 'output') return biasGradientFromOutput(call);
    const [bias, residual, state] = optional(2, [call.count('num_biases'), call.count('num_residuals'), call.count('num_dropout_states')]);
    const head = biasHead(call, call.info(0), call.values(1), [bias, residual, state]);
    return made([call.info(0).shape, [head[3]]], (dx, dbias) => { addon().biasActivationGradient(...head, call.values(0), dx as Float32Array, dbias as Float32Array); });
  },

  'CudaActivations>FusedGatedActivation': (call) => {
    const [x] = call.inputs as [tf.TensorInfo];
    if (call.inputs.length > 1) return made([x.shape], (y) => { addon().gated(gateOf(call), float32, call.values(0), call.values(1), y as Float32Array); });
    const { shape, rows, width } = packed(call, x);
    return made([shape], (y) => { addon().gatedPacked(gateOf(call), float32, rows, width, call.values(0), y as Float32Array); });
  },

  'CudaActivations>FusedGatedActivationGrad': (call) => {
    const x = call.info(1);
    if (call.inputs.length > 2)
      return made([x.shape, x.shape], (da, db) => { addon().gatedGradient(gateOf(call), float32, call.values(1), call.values(2), call.values(0), da as Float32Array, db as Float32Array); });
    const { rows, width } = packed(call, x);
    return made([x.shape], (dx) => { addon().gatedPackedGradient(gateOf(call), float32, rows, width, call.values(1), call.values(0), dx as Float32Array); });
  },

  'CudaActivations>PRelu': (call) => {
    const [x, slope] = call.inputs as [tf.TensorInfo, tf.TensorInfo];
    return made([x.shape], (y) => { addon().prelu(float32, call.inner(x, slope.shape), call.values(0), call.values(1), y as Float32Array); });
  },

  'CudaActivations>PReluGrad': (call) => {
    const [, x, slope] = call.inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
    return made([x.shape, slope.shape], (dx, dslope) => {
      addon().preluGradient(float32, call.inner(x, slope.shape), call.values(1), call.values(2), call.values(0), dx as Float32Array, dslope as Float32Array);
    });
  },

  'CudaActivations>AdaptivePiecewiseLinear': (call) => {
    const [x, a] = call.inputs as [tf.TensorInfo, tf.TensorInfo];
    const each = a.shape.slice(1);
    return made([x.shape], (y) => { addon().apl(float32, sizeOf(each), call.inner(x, each), call.values(0), call.values(1), call.values(2), y as Float32Array); });
  },

  'CudaActivations>AdaptivePiecewiseLinearGrad': (call) => {
    const [, x, a] = call.inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
    const each = a.shape.slice(1);
    return made([x.shape, a.shape, a.shape], (dx, da, db) => {
      addon().aplGradient(
        float32, sizeOf(each), call.inner(x, each), call.values(1), call.values(2), call.values(3), call.values(0),
        dx as Float32Array, da as Float32Array, db as Float32Array,
      );
    });
  },

  'CudaActivations>FusedRowActivation': (call) => {
    const { shape } = call.info(0);
    return made([shape], (y) => { addon().rowwise(rowOf(call), float32, shape.at(-1) ?? 1, call.values(0), y as Float32Array); });
  },

  'CudaActivations>FusedRowActivationGrad': (call) => {
    const { shape } = call.info(0);
    return made([shape], (dx) => { addon().rowwiseGradient(rowOf(call), float32, shape.at(-1) ?? 1, call.values(1), call.values(0), dx as Float32Array); });
  },
};

const gateOf = (call: Call): number => gatedIds[call.get('function') as GatedName];
const rowOf = (call: Call): number => rowwiseIds[call.get('function') as RowwiseName];

/** Rows of both halves one after the other, and the shape of one half. */
function packed(call: Call, x: tf.TensorInfo): { shape: number[]; rows: number; width: number } {
  const axis = call.isChannelsFirst ? 1 : x.shape.length - 1;
  const shape = x.shape.map((length, i) => (i === axis ? length / 2 : length));
  return { shape, rows: sizeOf(shape.slice(0, axis)), width: sizeOf(shape.slice(axis)) };
}

/** Runs an op of the op library on arrays. @throws an Error for an op that has no such form */
export function executeOnArrays(name: OpName, attributes: readonly OpAttribute[], inputs: readonly tf.TensorInfo[], outputs: number): tf.Tensor[] {
  const op = ops[name];
  if (!op) throw new Error(`${name} runs on backend "tensorflow" of @cuda-activations/runtime only`);
  return op(new Call(attributes, inputs), outputs);
}
