import type { BenchDType } from './options';
import type { ArmName } from './rows';

/** Largest difference between arms, relative to the larger of 1 and the value: what rounding and other formulas explain. */
const TOLERANCE: Readonly<Record<BenchDType, number>> = { float64: 1e-6, float32: 1e-4, float16: 1e-2, bfloat16: 5e-2 };

export interface Probed {
  readonly arm: ArmName;
  readonly probe: readonly number[];
}

/**
 * Shows that the arms compute the same: a benchmark of two different functions says nothing.
 * @returns one line for each arm that differs from the first
 */
export function disagreements(probed: readonly Probed[], dtype: BenchDType): readonly string[] {
  const [first, ...others] = probed;
  if (!first) return [];
  return others.flatMap(({ arm, probe }) => {
    const worst = probe.reduce((largest, value, i) => {
      const expected = first.probe[i] ?? NaN;
      const difference = Math.abs(value - expected) / Math.max(1, Math.abs(expected));
      return difference > largest.difference || Number.isNaN(difference) ? { difference, i, value, expected } : largest;
    }, { difference: 0, i: 0, value: 0, expected: 0 });
    return worst.difference <= TOLERANCE[dtype] ? [] : [`${arm} has ${worst.value} at element ${worst.i}, ${first.arm} has ${worst.expected}`];
  });
}
