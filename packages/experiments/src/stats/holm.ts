/**
 * Holm's step-down adjustment of the p values of one family of tests (Holm 1979): the smallest times their number, the next times
 * one less, and so on, never below an earlier one nor above 1.
 *
 * @returns the adjusted values in the order of `values`; null stays null and does not count as a test
 */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const tests = values.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = values.map(() => null);
  let floor = 0;
  for (const [rank, { p, index }] of tests.entries()) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`values: expected numbers from 0 to 1, got ${p}`);
    floor = Math.max(floor, Math.min(1, p * (tests.length - rank)));
    adjusted[index] = floor;
  }
  return adjusted;
}
