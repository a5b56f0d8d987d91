import { requireArray } from '../arrays/float_array';
import { apl } from '../functions/per_channel';
import { describe } from '../registry/describe';

/** The learned functions of an APL layer: h_u(x) = max(0, x) + sum_s a[s, u] max(0, b[s, u] - x). Plain data, to be stored and plotted. */
export interface AplShapes {
  /** Hinges of a unit, S. */
  readonly segments: number;
  /** Functions: channels, units or positions, as the layer shares its hinges. */
  readonly units: number;
  /** Shape of the units: [channels], [1], or the input's without the batch. */
  readonly unitShape: readonly number[];
  /** [segments, units], row by row. */
  readonly a: Float32Array;
  /** [segments, units], row by row. */
  readonly b: Float32Array;
}

/** @throws TypeError or RangeError naming the part that does not fit */
function requireShapes(shapes: AplShapes): void {
  if (typeof shapes !== 'object' || (shapes as unknown) === null) throw new TypeError(`shapes must be an object of segments, units, a and b, got ${describe(shapes)}`);
  const { segments, units, a, b } = shapes;
  for (const [name, size] of [['segments', segments], ['units', units]] as const) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`shapes.${name} must be a whole number of at least 0, got ${describe(size)}`);
  }
  requireArray('shapes.a', a, 'float32', segments * units);
  requireArray('shapes.b', b, 'float32', segments * units);
}

/** @throws RangeError where there is no such unit */
function hingesOf(shapes: AplShapes, unit: number): { readonly a: Float32Array; readonly b: Float32Array } {
  requireShapes(shapes);
  const { a, b, segments, units } = shapes;
  if (!Number.isInteger(unit) || unit < 0 || unit >= units) throw new RangeError(`unit: expected an integer from 0 to ${String(units - 1)}, got ${describe(unit)}`);
  const of = (values: Float32Array): Float32Array => Float32Array.from({ length: segments }, (_, s) => values[s * units + unit] ?? NaN);
  return { a: of(a), b: of(b) };
}

/** A unit's learned function at each x. */
export function aplCurve(shapes: AplShapes, unit: number, x: Float32Array): Float32Array {
  const { a, b } = hingesOf(shapes, unit);
  return apl(x, a, b);
}

/** Slope of each unit for x below all of its hinges, -sum_s a[s]: below 0 it is V-shaped, at 0 it is as ReLU. Above all hinges and 0 it is 1. */
export function leftSlopes(shapes: AplShapes): Float32Array {
  requireShapes(shapes);
  const { a, segments, units } = shapes;
  return Float32Array.from({ length: units }, (_, unit) => {
    let sum = 0;
    for (let s = 0; s < segments; s++) sum += a[s * units + unit] ?? NaN;
    return -sum;
  });
}

/** The corners of a unit's function from left to right: its hinges and 0. Between them it is a straight line. */
export function aplCorners(shapes: AplShapes, unit: number): { readonly x: Float32Array; readonly y: Float32Array } {
  const x = Float32Array.from(new Set([0, ...hingesOf(shapes, unit).b])).sort();
  return { x, y: aplCurve(shapes, unit, x) };
}
