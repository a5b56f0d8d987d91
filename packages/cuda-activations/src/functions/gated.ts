import { type ArrayOptions, elementType, type FloatArray, outputArray, requireArray } from '../arrays/float_array';
import { dtypeIds, gated as rows, gatedIds, type GatedName } from '../generated/activations';
import { addon } from '../native/addon';
import { describe } from '../registry/describe';
import { camelCase } from '../registry/parameters';
import type { ActivationInfo } from '../registry/types';
import { tensorFunctions } from './load_tensorflow';
import { onlyKnown } from './options';
import { isTensor } from './tensor';
import type { DataFormat, TensorLike } from './tensor_like';

/** Options of a packed call on arrays. */
export type PackedOptions<A extends FloatArray> = ArrayOptions<A> & {
  /** Elements of one row of x, a before b; even. Default: all of x. */
  readonly rowLength?: number;
};

/** Where a packed tensor has its channels. */
export interface GatedTensorOptions {
  readonly dataFormat?: DataFormat;
}

/** The two gradients of a gated linear unit. */
export interface GatedGradients<A> {
  readonly da: A;
  readonly db: A;
}

/**
 * A gated linear unit y = a g(b), of two operands or of one that packs a and b in each row.
 * @throws a TypeError, RangeError or Error that names the argument, what was expected and what came
 */
export interface GatedFunction {
  <A extends FloatArray>(a: A, b: A, options?: ArrayOptions<A>): A;
  /** x: rows of 2 H elements; the result has rows of H. */
  <A extends FloatArray>(x: A, options?: PackedOptions<A>): A;
  <T extends TensorLike>(a: T, b: T): T;
  /** x: [.., 2 H], or [batch, 2 H, ..] with `dataFormat: 'channelsFirst'`. */
  <T extends TensorLike>(x: T, options?: GatedTensorOptions): T;
  readonly info: ActivationInfo;
  readonly gradient: {
    /** da = dy g(b), db = dy a g'(b), in new arrays. */
    <A extends FloatArray>(a: A, b: A, dy: A, options?: Omit<ArrayOptions<A>, 'output'>): GatedGradients<A>;
    /** dx laid out as x is. */
    <A extends FloatArray>(x: A, dy: A, options?: PackedOptions<A>): A;
  };
}

type Options = Readonly<Record<string, unknown>> | undefined;

/** Rows, width of half a row. */
function packedRows(x: FloatArray, options: Options): { rows: number; width: number } {
  const rowLength = options?.['rowLength'] ?? x.length;
  if (typeof rowLength !== 'number' || !Number.isInteger(rowLength) || rowLength < 0 || rowLength % 2 !== 0 || (rowLength === 0 ? x.length > 0 : x.length % rowLength !== 0))
    throw new RangeError(`rowLength must be an even number that divides the ${String(x.length)} elements of x, got ${describe(rowLength)}`);
  return { rows: rowLength === 0 ? 0 : x.length / rowLength, width: rowLength / 2 };
}

/** Makes the function of one row of the table. */
export function gatedFunction(name: GatedName): GatedFunction {
  const info: ActivationInfo = rows[name];
  const id = gatedIds[name];

  const pair = (a: FloatArray, b: unknown, options: Options): FloatArray => {
    const dtype = elementType('a', a, options?.['dtype']);
    onlyKnown(name, options, ['output', 'dtype']);
    requireArray('a', a, dtype);
    requireArray('b', b, dtype, a.length);
    const output = outputArray(options?.['output'] as FloatArray | undefined, dtype, a.length);
    addon().gated(id, dtypeIds[dtype], a, b, output);
    return output;
  };

  const packed = (x: FloatArray, options: Options): FloatArray => {
    const dtype = elementType('x', x, options?.['dtype']);
    onlyKnown(name, options, ['output', 'dtype', 'rowLength']);
    requireArray('x', x, dtype);
    const { rows: count, width } = packedRows(x, options);
    const output = outputArray(options?.['output'] as FloatArray | undefined, dtype, count * width);
    addon().gatedPacked(id, dtypeIds[dtype], count, width, x, output);
    return output;
  };

  const forward = (first: unknown, second?: unknown, options?: Options): unknown => {
    if (isTensor(first)) {
      if (isTensor(second)) return tensorFunctions().gated(first, second, info, 'channelsLast');
      onlyKnown(name, second as Options, ['dataFormat']);
      return tensorFunctions().gated(first, undefined, info, (second as GatedTensorOptions | undefined)?.dataFormat ?? 'channelsLast');
    }
    return ArrayBuffer.isView(second) ? pair(first as FloatArray, second, options) : packed(first as FloatArray, second as Options);
  };

  const gradient = (first: unknown, second: unknown, third?: unknown, options?: Options): unknown => {
    const x = first as FloatArray;
    if (ArrayBuffer.isView(third)) {
      const dtype = elementType('a', x, options?.['dtype']);
      onlyKnown(name, options, ['dtype']);
      requireArray('a', x, dtype);
      requireArray('b', second, dtype, x.length);
      requireArray('dy', third, dtype, x.length);
      const [da, db] = [outputArray(undefined, dtype, x.length), outputArray(undefined, dtype, x.length)];
      addon().gatedGradient(id, dtypeIds[dtype], x, second, third, da, db);
      return { da, db };
    }
    const packedOptions = third as Options;
    const dtype = elementType('x', x, packedOptions?.['dtype']);
    onlyKnown(name, packedOptions, ['output', 'dtype', 'rowLength']);
    requireArray('x', x, dtype);
    const { rows: count, width } = packedRows(x, packedOptions);
    requireArray('dy', second, dtype, count * width);
    const output = outputArray(packedOptions?.['output'] as FloatArray | undefined, dtype, x.length);
    addon().gatedPackedGradient(id, dtypeIds[dtype], count, width, x, second, output);
    return output;
  };

  const made = Object.assign(forward, { info, gradient });
  Object.defineProperty(made, 'name', { value: camelCase(name) });
  return made as unknown as GatedFunction;
}
