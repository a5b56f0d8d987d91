/** Samples of one measurement, in the order they were taken. */
export interface Summary {
  readonly samples: readonly number[];
  readonly min: number;
  readonly median: number;
  /** Interquartile range over the median. */
  readonly spread: number;
}

/**
 * The value below which a fraction of the samples lies, interpolated between neighbours.
 * @param fraction 0 to 1
 * @returns NaN where there is no sample
 */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function summarise(samples: readonly number[]): Summary {
  const middle = median(samples);
  return { samples, min: Math.min(...samples), median: middle, spread: (quantile(samples, 0.75) - quantile(samples, 0.25)) / middle };
}

/**
 * How many times longer `slow` takes than `fast`: the median over rounds of the ratio within a round, so that whatever slowed
 * the machine down in one round falls on both.
 */
export function pairedRatio(slow: Summary, fast: Summary): number {
  return median(slow.samples.slice(0, fast.samples.length).map((sample, round) => sample / (fast.samples[round] ?? NaN)));
}
