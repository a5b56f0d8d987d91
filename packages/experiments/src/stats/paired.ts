import jStat from 'jstat';
import { meanAndDeviation } from './summary';

/** What pairs of values (the same seed, two conditions) say about the difference. */
export interface PairedComparison {
  readonly count: number;
  /** Mean of first - second. */
  readonly difference: number;
  /** Bounds of Student's t interval of the mean difference; null for fewer than two pairs. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Two-sided p of the paired t test; null for fewer than two pairs. */
  readonly p: number | null;
}

/**
 * The paired t test of `first` against `second`, whose values belong together by position.
 *
 * Where all differences are equal the interval is that one value, and p is 1 for a difference of 0 and else 0.
 *
 * @param confidence of the interval
 * @throws RangeError where the two are of different length or empty
 */
export function pairedComparison(first: readonly number[], second: readonly number[], confidence = 0.95): PairedComparison {
  if (first.length !== second.length || first.length === 0) throw new RangeError(`second: expected as many values as first (${first.length}, at least 1), got ${second.length}`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`confidence: expected a number between 0 and 1, got ${confidence}`);
  const { count, mean, deviation } = meanAndDeviation(first.map((value, i) => value - (second[i] ?? NaN)));
  if (count < 2) return { count, difference: mean, interval: null, p: null };
  const freedom = count - 1;
  const error = deviation / Math.sqrt(count);
  const margin = jStat.studentt.inv(1 - (1 - confidence) / 2, freedom) * error;
  const p = error === 0 ? Number(mean === 0) : Math.min(1, 2 * jStat.studentt.cdf(-Math.abs(mean / error), freedom));
  return { count, difference: mean, interval: [mean - margin, mean + margin], p };
}
