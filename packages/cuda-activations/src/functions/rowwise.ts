import { type ArrayOptions, elementType, type FloatArray, outputArray, requireArray } from '../arrays/float_array';
import { dtypeIds, type KernelDType, rowwise as rows, rowwiseIds, type RowwiseName } from '../generated/activations';
import { addon } from '../native/addon';
import { describe } from '../registry/describe';
import { camelCase } from '../registry/parameters';
import type { ActivationInfo } from '../registry/types';
import { tensorFunctions } from './load_tensorflow';
import { onlyKnown } from './options';
import { isTensor, type Tensor } from './tensor';
import type { TensorLike } from './tensor_like';

/** Options on arrays. */
export type RowwiseArrayOptions<A extends FloatArray> = ArrayOptions<A> & {
  /** Elements of one row. Default: all of x. */
  readonly rowLength?: number;
};

/** Options on tensors. */
export interface RowwiseTensorOptions {
  /** The axis that rows lie along; negative: from the last. Default -1; another one costs transpositions. */
  readonly axis?: number;
}

/**
 * A function of whole rows: softmax, logSoftmax, sparsemax. A row with NaN or +Infinity, or of nothing but -Infinity, becomes NaN.
 * @throws a TypeError, RangeError or Error that names the argument, what was expected and what came
 */
export interface RowwiseFunction {
  <A extends FloatArray>(x: A, options?: RowwiseArrayOptions<A>): A;
  <T extends TensorLike>(x: T, options?: RowwiseTensorOptions): T;
  readonly info: ActivationInfo;
  /** dx from x and dy; makes y on the way. */
  readonly gradient: {
    <A extends FloatArray>(x: A, dy: A, options?: RowwiseArrayOptions<A>): A;
    <T extends TensorLike>(x: T, dy: T, options?: RowwiseTensorOptions): T;
  };
  /** dx from y = f(x) and dy, in one pass. */
  readonly gradientFromOutput: {
    <A extends FloatArray>(y: A, dy: A, options?: RowwiseArrayOptions<A>): A;
    <T extends TensorLike>(y: T, dy: T, options?: RowwiseTensorOptions): T;
  };
}

type Options = Readonly<Record<string, unknown>> | undefined;

function rowLengthOf(name: string, array: FloatArray, options: Options): number {
  const rowLength = options?.['rowLength'] ?? array.length;
  if (typeof rowLength !== 'number' || !Number.isInteger(rowLength) || rowLength < 0 || (rowLength === 0 ? array.length > 0 : array.length % rowLength !== 0))
    throw new RangeError(`rowLength must be a whole number that divides the ${String(array.length)} elements of ${name}, got ${describe(rowLength)}`);
  return rowLength;
}

/** Makes the function of one row of the table. */
export function rowwiseFunction(name: RowwiseName): RowwiseFunction {
  const info: ActivationInfo = rows[name];
  const id = rowwiseIds[name];

  /** The checked type, row length and output of a call whose first operand is `array`. */
  const prepare = (operand: string, array: FloatArray, options: Options): { dtype: KernelDType; rowLength: number; output: FloatArray } => {
    const dtype = elementType(operand, array, options?.['dtype']);
    onlyKnown(name, options, ['output', 'dtype', 'rowLength']);
    requireArray(operand, array, dtype);
    const rowLength = rowLengthOf(operand, array, options);
    return { dtype, rowLength, output: outputArray(options?.['output'] as FloatArray | undefined, dtype, array.length) };
  };

  const onTensors = (options: Options): number => {
    onlyKnown(name, options, ['axis']);
    return (options as RowwiseTensorOptions | undefined)?.axis ?? -1;
  };

  const forward = (x: unknown, options?: Options): unknown => {
    if (isTensor(x)) return tensorFunctions().rowwise(x, info, onTensors(options));
    const { dtype, rowLength, output } = prepare('x', x as FloatArray, options);
    addon().rowwise(id, dtypeIds[dtype], rowLength, x as FloatArray, output);
    return output;
  };

  const gradient = (x: unknown, dy: unknown, options?: Options): unknown => {
    if (isTensor(x)) return tensorFunctions().rowwiseGradient(x, dy as Tensor, info, onTensors(options));
    const { dtype, rowLength, output } = prepare('x', x as FloatArray, options);
    requireArray('dy', dy, dtype, output.length);
    const y = outputArray(undefined, dtype, output.length);
    addon().rowwise(id, dtypeIds[dtype], rowLength, x as FloatArray, y);
    addon().rowwiseGradient(id, dtypeIds[dtype], rowLength, y, dy, output);
    return output;
  };

  const gradientFromOutput = (y: unknown, dy: unknown, options?: Options): unknown => {
    if (isTensor(y)) return tensorFunctions().rowwiseGradientFromOutput(y, dy as Tensor, info, onTensors(options));
    const { dtype, rowLength, output } = prepare('y', y as FloatArray, options);
    requireArray('dy', dy, dtype, output.length);
    addon().rowwiseGradient(id, dtypeIds[dtype], rowLength, y as FloatArray, dy, output);
    return output;
  };

  const made = Object.assign(forward, { info, gradient, gradientFromOutput });
  Object.defineProperty(made, 'name', { value: camelCase(name) });
  return made as unknown as RowwiseFunction;
}
