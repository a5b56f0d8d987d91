import * as statistics from 'simple-statistics';

/** Mean and spread of independent values. */
export interface MeanAndDeviation {
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1); NaN for fewer than two values. */
  readonly deviation: number;
}

/** @throws RangeError where there is no value */
export function meanAndDeviation(values: readonly number[]): MeanAndDeviation {
  if (values.length === 0) throw new RangeError('values: expected at least one, got none');
  const samples = [...values];
  return { count: samples.length, mean: statistics.mean(samples), deviation: samples.length > 1 ? statistics.sampleStandardDeviation(samples) : NaN };
}
