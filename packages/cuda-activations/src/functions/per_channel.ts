import { type ArrayOptions, elementType, type FloatArray, outputArray, requireArray } from '../arrays/float_array';
import { dtypeIds, perChannel, type KernelDType, type PerChannelName } from '../generated/activations';
import { addon } from '../native/addon';
import type { ActivationInfo } from '../registry/types';
import { tensorFunctions } from './load_tensorflow';
import { onlyKnown, positiveInteger } from './options';
import { isTensor, type Tensor } from './tensor';
import type { DataFormat, TensorLike } from './tensor_like';

/** Options on arrays [outer, channels, inner]. */
export interface PerChannelOptions<A extends FloatArray> extends ArrayOptions<A> {
  /** Elements between neighbours of a channel: 1 is channels-last (default), H W is channels-first. */
  readonly inner?: number;
}

export interface AplOptions<A extends FloatArray> extends PerChannelOptions<A> {
  /** Default 1: one set of hinges for all elements. */
  readonly channels?: number;
}

export interface PerChannelTensorOptions {
  readonly dataFormat?: DataFormat;
}

/** y = x > 0 ? x : slope[c] x (He et al. 2015, arXiv:1502.01852). */
export interface PReluFunction {
  /** slope: [channels]; with one element it is shared by all. */
  <A extends FloatArray>(x: A, slope: A, options?: PerChannelOptions<A>): A;
  /** slope: [channels], [1] or x's shape without the batch; differentiable. */
  <T extends TensorLike>(x: T, slope: TensorLike, options?: PerChannelTensorOptions): T;
  readonly info: ActivationInfo;
  /** One pass; `output` is where dx goes. dslope has the same bits for any number of threads. */
  readonly gradient: <A extends FloatArray>(x: A, slope: A, dy: A, options?: PerChannelOptions<A>) => { readonly dx: A; readonly dslope: A };
}

/** y = max(0, x) + sum_s a[s, c] max(0, b[s, c] - x) (Agostinelli et al. 2015, arXiv:1412.6830). */
export interface AplFunction {
  /** a, b: [segments, channels]. */
  <A extends FloatArray>(x: A, a: A, b: A, options?: AplOptions<A>): A;
  /** a, b: [segments, channels], [segments, 1] or [segments, ...x's shape without the batch]; differentiable. */
  <T extends TensorLike>(x: T, a: TensorLike, b: TensorLike, options?: PerChannelTensorOptions): T;
  readonly info: ActivationInfo;
  /** One pass; `output` is where dx goes. da and db have the same bits for any number of threads. */
  readonly gradient: <A extends FloatArray>(x: A, a: A, b: A, dy: A, options?: AplOptions<A>) => { readonly dx: A; readonly da: A; readonly db: A };
}

type Options = Readonly<Record<string, unknown>>;

/** The data format of a call on tensors. */
function tensorFormat(name: PerChannelName, options: Options | undefined): DataFormat {
  onlyKnown(name, options, ['dataFormat']);
  return (options as PerChannelTensorOptions | undefined)?.dataFormat ?? 'channelsLast';
}

/** Checks x against channels and inner. */
function settleX(x: FloatArray, dtype: KernelDType, channels: number, inner: number): void {
  requireArray('x', x, dtype);
  const plane = channels * inner;
  if (plane === 0 ? x.length > 0 : x.length % plane !== 0)
    throw new RangeError(`x must hold a multiple of ${String(channels)} channels x inner ${String(inner)} elements, got ${String(x.length)}`);
}

interface PReluCall {
  readonly x: FloatArray;
  readonly slope: FloatArray;
  readonly dtype: KernelDType;
  readonly inner: number;
}

function preluCall(x: FloatArray, slope: unknown, options: Options | undefined, known: readonly string[]): PReluCall {
  const dtype = elementType('x', x, options?.['dtype']);
  onlyKnown('prelu', options, known);
  requireArray('slope', slope, dtype);
  const inner = positiveInteger('inner', options?.['inner'], 1);
  settleX(x, dtype, slope.length, inner);
  return { x, slope, dtype, inner };
}

function preluForward(x: unknown, slope: unknown, options?: Options): unknown {
  if (isTensor(x)) return tensorFunctions().prelu(x, slope as Tensor, tensorFormat('prelu', options));
  const call = preluCall(x as FloatArray, slope, options, ['output', 'dtype', 'inner']);
  const output = outputArray(options?.['output'] as FloatArray | undefined, call.dtype, call.x.length);
  addon().prelu(dtypeIds[call.dtype], call.inner, call.x, call.slope, output);
  return output;
}

function preluGradient(x: unknown, slope: unknown, dy: unknown, options?: Options): unknown {
  const call = preluCall(x as FloatArray, slope, options, ['output', 'dtype', 'inner']);
  requireArray('dy', dy, call.dtype, call.x.length);
  const dx = outputArray(options?.['output'] as FloatArray | undefined, call.dtype, call.x.length);
  const dslope = outputArray(undefined, call.dtype, call.slope.length);
  addon().preluGradient(dtypeIds[call.dtype], call.inner, call.x, call.slope, dy, dx, dslope);
  return { dx, dslope };
}

interface AplCall {
  readonly x: FloatArray;
  readonly a: FloatArray;
  readonly b: FloatArray;
  readonly dtype: KernelDType;
  readonly channels: number;
  readonly inner: number;
}

function aplCall(x: FloatArray, a: unknown, b: unknown, options: Options | undefined, known: readonly string[]): AplCall {
  const dtype = elementType('x', x, options?.['dtype']);
  onlyKnown('apl', options, known);
  const channels = positiveInteger('channels', options?.['channels'], 1);
  const inner = positiveInteger('inner', options?.['inner'], 1);
  requireArray('a', a, dtype);
  requireArray('b', b, dtype, a.length);
  if (a.length % channels !== 0) throw new RangeError(`a must hold a multiple of ${String(channels)} channels, got ${String(a.length)} elements`);
  settleX(x, dtype, channels, inner);
  return { x, a, b, dtype, channels, inner };
}

function aplForward(x: unknown, a: unknown, b: unknown, options?: Options): unknown {
  if (isTensor(x)) return tensorFunctions().apl(x, a as Tensor, b as Tensor, tensorFormat('apl', options));
  const call = aplCall(x as FloatArray, a, b, options, ['output', 'dtype', 'inner', 'channels']);
  const output = outputArray(options?.['output'] as FloatArray | undefined, call.dtype, call.x.length);
  addon().apl(dtypeIds[call.dtype], call.channels, call.inner, call.x, call.a, call.b, output);
  return output;
}

function aplGradient(x: unknown, a: unknown, b: unknown, dy: unknown, options?: Options): unknown {
  const call = aplCall(x as FloatArray, a, b, options, ['output', 'dtype', 'inner', 'channels']);
  requireArray('dy', dy, call.dtype, call.x.length);
  const dx = outputArray(options?.['output'] as FloatArray | undefined, call.dtype, call.x.length);
  const [da, db] = [outputArray(undefined, call.dtype, call.a.length), outputArray(undefined, call.dtype, call.a.length)];
  addon().aplGradient(dtypeIds[call.dtype], call.channels, call.inner, call.x, call.a, call.b, dy, dx, da, db);
  return { dx, da, db };
}

function named<F>(name: PerChannelName, forward: object, gradient: unknown): F {
  const info: ActivationInfo = perChannel[name];
  return Object.defineProperty(Object.assign(forward, { info, gradient }), 'name', { value: name }) as unknown as F;
}

export const prelu = named<PReluFunction>('prelu', preluForward, preluGradient);
export const apl = named<AplFunction>('apl', aplForward, aplGradient);
