import { type ArrayOptions, elementType, type FloatArray, outputArray, requireArray } from '../arrays/float_array';
import { dtypeIds, type KernelDType, pointwiseIds, type PointwiseName } from '../generated/activations';
import { addon, type BiasHead } from '../native/addon';
import { describe } from '../registry/describe';
import { resolveActivation } from '../registry/registry';
import type { ActivationSpec } from '../registry/types';
import { tensorFunctions } from './load_tensorflow';
import { onlyKnown, positiveInteger } from './options';
import type { BiasOperands } from '../kernels/bias';
import { isTensor, type Tensor } from './tensor';
import type { DataFormat, TensorLike } from './tensor_like';

/** Dropout whose mask is a function of seed, counter and element index, on arrays. */
export interface ArrayDropout {
  /** Fraction of elements set to 0, in [0, 1); the others are scaled by 1 / (1 - rate). */
  readonly rate: number;
  /** Unsigned 32-bit. */
  readonly seed: number;
  /** Unsigned 32-bit; a new one gives a new mask. */
  readonly counter: number;
}

export interface BiasArrayOptions<A extends FloatArray> extends ArrayOptions<A> {
  /** Default linear. */
  readonly activation?: ActivationSpec;
  /** As long as x; added before the function. */
  readonly residual?: A;
  readonly dropout?: ArrayDropout;
  /** Elements between neighbours of a channel: 1 is channels-last (default), H W is channels-first. */
  readonly inner?: number;
}

export interface BiasTensorOptions {
  readonly activation?: ActivationSpec;
  readonly residual?: TensorLike;
  /** `state`: int32 tensor of seed and counter. */
  readonly dropout?: { readonly rate: number; readonly state: TensorLike };
  readonly dataFormat?: DataFormat;
}

/** Gradients with respect to x (and the residual) and to the bias. */
export interface BiasGradients<A> {
  readonly dx: A;
  readonly dbias: A;
}

/** y = dropout(f(x + bias[c] + residual)). */
export interface BiasActivationFunction {
  /** x: [outer, channels, inner], bias: [channels]. */
  <A extends FloatArray>(x: A, bias: A, options?: BiasArrayOptions<A>): A;
  /** x: [.., channels], or [batch, channels, ..] with `dataFormat: 'channelsFirst'`; differentiable. */
  <T extends TensorLike>(x: T, bias: TensorLike, options?: BiasTensorOptions): T;
  /** dx and dbias in one pass; options as in the forward call, `output` is where dx goes. dbias has the same bits for any number of threads. */
  readonly gradient: <A extends FloatArray>(x: A, bias: A, dy: A, options?: BiasArrayOptions<A>) => BiasGradients<A>;
}

type Options = Readonly<Record<string, unknown>>;
const arrayOptions = ['output', 'activation', 'residual', 'dropout', 'inner', 'dtype'];

/** The first arguments of the addon's functions, from checked operands and options. */
function settle(x: unknown, bias: unknown, options: Options): { head: BiasHead; dtype: KernelDType; length: number; channels: number } {
  const dtype = elementType('x', x, options['dtype']);
  requireArray('x', x, dtype);
  requireArray('bias', bias, dtype);
  const inner = positiveInteger('inner', options['inner'], 1);
  const channels = bias.length;
  const plane = channels * inner;
  if (plane === 0 ? x.length > 0 : x.length % plane !== 0)
    throw new RangeError(`x must hold a multiple of ${String(channels)} channels x inner ${String(inner)} elements, got ${String(x.length)}`);
  const residual = options['residual'];
  if (residual !== undefined) requireArray('residual', residual, dtype, x.length);
  const { name, values } = resolveActivation((options['activation'] ?? 'linear') as ActivationSpec, ['pointwise']);
  const { rate, seed, counter } = settleDropout(options['dropout']);
  const head: BiasHead = [pointwiseIds[name as PointwiseName], dtypeIds[dtype], values, channels, inner, rate, seed, counter, x, bias, residual];
  return { head, dtype, length: x.length, channels };
}

const unsigned32 = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;

function settleDropout(dropout: unknown): ArrayDropout {
  if (dropout === undefined) return { rate: 0, seed: 0, counter: 0 };
  if (typeof dropout !== 'object' || dropout === null) throw new TypeError(`dropout must be an object of rate, seed and counter, got ${describe(dropout)}`);
  const { rate, seed, counter } = dropout as Record<string, unknown>;
  if (typeof rate !== 'number' || !(rate >= 0 && rate < 1)) throw new RangeError(`dropout.rate must be in [0, 1), got ${describe(rate)}`);
  if (!unsigned32(seed)) throw new RangeError(`dropout.seed must be a whole number in [0, 2^32), got ${describe(seed)}`);
  if (!unsigned32(counter)) throw new RangeError(`dropout.counter must be a whole number in [0, 2^32), got ${describe(counter)}`);
  return { rate, seed, counter };
}

function forward(x: unknown, bias: unknown, options: Options = {}): unknown {
  if (isTensor(x)) {
    onlyKnown('biasActivation', options, ['activation', 'residual', 'dropout', 'dataFormat']);
    const { activation, residual, dropout, dataFormat } = options as BiasTensorOptions & Pick<BiasOperands, 'residual' | 'dropout'>;
    const settled = resolveActivation(activation ?? 'linear', ['pointwise']);
    return tensorFunctions().bias(x, bias as Tensor, settled, { residual, dropout, dataFormat: dataFormat ?? 'channelsLast' });
  }
  onlyKnown('biasActivation', options, arrayOptions);
  const { head, dtype, length } = settle(x, bias, options);
  const output = outputArray(options['output'] as FloatArray | undefined, dtype, length);
  addon().biasActivation(...head, output);
  return output;
}

function gradient(x: unknown, bias: unknown, dy: unknown, options: Options = {}): unknown {
  onlyKnown('biasActivation.gradient', options, arrayOptions);
  const { head, dtype, length, channels } = settle(x, bias, options);
  requireArray('dy', dy, dtype, length);
  const [dx, dbias] = [outputArray(options['output'] as FloatArray | undefined, dtype, length), outputArray(undefined, dtype, channels)];
  addon().biasActivationGradient(...head, dy, dx, dbias);
  return { dx, dbias };
}

export const biasActivation = Object.assign(forward, { gradient }) as unknown as BiasActivationFunction;
