import { type ArrayOptions, elementType, type FloatArray, outputArray, requireArray } from '../arrays/float_array';
import { dtypeIds, type FromOutputName, type KernelDType, pointwise as rows, pointwiseIds, type PointwiseName } from '../generated/activations';
import { addon } from '../native/addon';
import { camelCase, settleParameters } from '../registry/parameters';
import { resolveActivation } from '../registry/registry';
import type { ActivationInfo, PointwiseOptions, ResolvedActivation } from '../registry/types';
import { tensorFunctions } from './load_tensorflow';
import { isTensor, type Tensor } from './tensor';
import type { TensorLike } from './tensor_like';

/** Options on typed arrays: the function's parameters, an output buffer, and the kind of 16-bit floats. */
export type PointwiseArrayOptions<N extends PointwiseName, A extends FloatArray> = PointwiseOptions<N> & ArrayOptions<A>;

/**
 * A pointwise activation on typed arrays (no TensorFlow needed) and on tensors (one fused op, differentiable).
 * On arrays: `output` receives the result, and may be an input; 16-bit floats are Uint16Arrays with `dtype`.
 * @throws a TypeError, RangeError or Error that names the argument, what was expected and what came
 */
export interface PointwiseFunction<N extends PointwiseName> {
  /** y = f(x), elementwise. */
  <A extends FloatArray>(x: A, options?: PointwiseArrayOptions<N, A>): A;
  <T extends TensorLike>(x: T, options?: PointwiseOptions<N>): T;
  /** The row of the activation table. */
  readonly info: ActivationInfo;
  /** dx = dy f'(x). */
  readonly gradient: {
    <A extends FloatArray>(x: A, dy: A, options?: PointwiseArrayOptions<N, A>): A;
    <T extends TensorLike>(x: T, dy: T, options?: PointwiseOptions<N>): T;
  };
  /** ddx dy f''(x): the gradient of `gradient` with respect to x, ddx what reached its result. */
  readonly secondGradient: <A extends FloatArray>(x: A, dy: A, ddx: A, options?: PointwiseArrayOptions<N, A>) => A;
  /** dx = dy f'(x) from y = f(x); undefined where the derivative is no function of the output. */
  readonly gradientFromOutput: N extends FromOutputName
    ? {
        <A extends FloatArray>(y: A, dy: A, options?: PointwiseArrayOptions<N, A>): A;
        <T extends TensorLike>(y: T, dy: T, options?: PointwiseOptions<N>): T;
      }
    : undefined;
}

const arrayOptions: ReadonlySet<string> = new Set(['output', 'dtype']);

type AnyOptions = Readonly<Record<string, unknown>>;

/**
 * Settles the options of one call. The last settled parameters stand for the next call with the same ones, as a training loop makes them:
 * the ops' attributes are made once for them.
 */
function settler(defaults: ResolvedActivation): (options: AnyOptions | undefined, ignored?: ReadonlySet<string>) => ResolvedActivation {
  let last = defaults;
  return (options, ignored) => {
    if (options === undefined) return defaults;
    if (typeof options !== 'object' || (options as unknown) === null) throw new TypeError(`${defaults.name}: options must be an object, got ${typeof options}`);
    const values = settleParameters(defaults.info, options, ignored);
    const same = (as: ResolvedActivation): boolean => values.every((value, i) => Object.is(value, as.values[i]));
    if (same(defaults)) return defaults;
    if (!same(last)) last = { ...defaults, values, parameters: Object.fromEntries(defaults.info.parameters.map((parameter, i) => [parameter.name, values[i] ?? NaN])) };
    return last;
  };
}

/** The addon's functions that write one array from arrays of the same length. */
type Kernel = 'pointwise' | 'pointwiseGradient' | 'pointwiseGradientFromOutput' | 'pointwiseSecondGradient';
type AnyKernel = (activation: number, dtype: number, parameters: readonly number[], ...arrays: FloatArray[]) => void;

/** Runs a kernel on arrays after checking them. */
function onArrays(kernel: Kernel, name: PointwiseName, operands: Readonly<Record<string, unknown>>, settle: ReturnType<typeof settler>, options?: AnyOptions): FloatArray {
  const entries = Object.entries(operands) as [string, FloatArray][];
  const [[firstName, first]] = entries as [[string, FloatArray]];
  const dtype: KernelDType = elementType(firstName, first, options?.['dtype']);
  for (const [operand, array] of entries) requireArray(operand, array, dtype, first.length);
  const { values } = settle(options, arrayOptions);
  const output = outputArray(options?.['output'] as FloatArray | undefined, dtype, first.length);
  (addon()[kernel] as AnyKernel)(pointwiseIds[name], dtypeIds[dtype], values, ...entries.map(([, array]) => array), output);
  return output;
}

/** Makes the function of one row of the table. */
export function pointwiseFunction<N extends PointwiseName>(name: N): PointwiseFunction<N> {
  const info: ActivationInfo = rows[name];
  const settle = settler(resolveActivation(name));

  const forward = (x: unknown, options?: AnyOptions): unknown =>
    isTensor(x) ? tensorFunctions().pointwise(x, settle(options)) : onArrays('pointwise', name, { x }, settle, options);

  const gradient = (x: unknown, dy: unknown, options?: AnyOptions): unknown =>
    isTensor(x)
      ? tensorFunctions().pointwiseGradient(x, dy as Tensor, settle(options))
      : onArrays('pointwiseGradient', name, { x, dy }, settle, options);

  const secondGradient = (x: unknown, dy: unknown, ddx: unknown, options?: AnyOptions): unknown =>
    onArrays('pointwiseSecondGradient', name, { x, dy, ddx }, settle, options);

  const gradientFromOutput = (y: unknown, dy: unknown, options?: AnyOptions): unknown =>
    isTensor(y)
      ? tensorFunctions().pointwiseGradientFromOutput(y, dy as Tensor, settle(options))
      : onArrays('pointwiseGradientFromOutput', name, { y, dy }, settle, options);

  const made = Object.assign(forward, { info, gradient, secondGradient, gradientFromOutput: info.fromOutput == null ? undefined : gradientFromOutput });
  Object.defineProperty(made, 'name', { value: camelCase(name) });
  return made as unknown as PointwiseFunction<N>;
}
