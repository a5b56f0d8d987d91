import * as activations from '../index';
import { pointwise as rows, type PointwiseName } from '../generated/activations';
import type { PointwiseFunction } from '../functions/pointwise';
import { camelCase } from '../registry/parameters';
import { type Reference, references } from './reference';

/** A pointwise activation with parameters to test. */
export interface PointwiseCase {
  readonly label: string;
  readonly name: PointwiseName;
  readonly values: readonly number[];
  readonly options: Readonly<Record<string, number>>;
}

/** Every activation with its default parameters and with those that the reference adds. */
export const pointwiseCases: readonly PointwiseCase[] = (Object.keys(rows) as PointwiseName[]).flatMap((name) => {
  const parameters: readonly { name: string; default: number }[] = rows[name].parameters;
  return [parameters.map((p) => p.default), ...(references[name].parameters ?? [])].map((values) => ({
    label: `${name}(${values.join(', ')})`,
    name,
    values,
    options: Object.fromEntries(parameters.map((p, i) => [camelCase(p.name), values[i] ?? NaN])),
  }));
});

/** The exported function of a row, with options of any name. */
export function functionOf(name: PointwiseName): PointwiseFunction<'relu'> {
  return (activations as unknown as Record<string, PointwiseFunction<'relu'>>)[camelCase(name)] as PointwiseFunction<'relu'>;
}

/** The exact value at x; at an infinity the limit, which a huge argument has. */
export function exact(f: Reference['f'], x: number, p: readonly number[]): number {
  return Number.isNaN(x) ? NaN : f(Number.isFinite(x) ? x : Math.sign(x) * 1e300, p);
}
