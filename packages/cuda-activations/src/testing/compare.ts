/** One element that is too far from its reference. */
export interface Deviation {
  readonly index: number;
  readonly x: number;
  readonly actual: number;
  readonly expected: number;
  readonly distance: number;
}

/** The element farthest from its reference, or null where all lie within `bound`: `expect(farthest(...)).toBeNull()` prints the case. */
export function farthest(
  x: ArrayLike<number>,
  actual: ArrayLike<number>,
  expected: (x: number, index: number) => number,
  distance: (actual: number, expected: number) => number,
  bound: number,
): Deviation | null {
  let worst: Deviation | null = null;
  for (let index = 0; index < x.length; index++) {
    const [at, value] = [x[index] ?? NaN, actual[index] ?? NaN];
    const exact = expected(at, index);
    const d = distance(value, exact);
    if (!(d <= bound) && !(worst && worst.distance >= d)) worst = { index, x: at, actual: value, expected: exact, distance: d };
  }
  return worst;
}

/** Relative to `scale`, where values of that size cancel; both NaN, or both the same infinity, agree. */
export const relativeTo =
  (scale: number) =>
  (actual: number, expected: number): number =>
    Object.is(actual, expected) || (Number.isNaN(actual) && Number.isNaN(expected)) ? 0 : Math.abs(actual - expected) / Math.max(scale, Math.abs(expected));
