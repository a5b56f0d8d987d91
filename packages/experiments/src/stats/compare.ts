import { holm } from './holm';
import { pairedComparison, type PairedComparison } from './paired';
import { meanAndDeviation, type MeanAndDeviation } from './summary';

/** One measurement: a condition under a seed. */
export interface Sample {
  readonly condition: string;
  readonly seed: number;
  readonly value: number;
}

/** A condition over its seeds, and against the baseline over the seeds that both have. */
export interface ConditionSummary {
  readonly condition: string;
  readonly summary: MeanAndDeviation;
  /** Undefined for the baseline itself, and where no seed is shared. */
  readonly comparison: PairedComparison | undefined;
  /** Holm's adjustment over the conditions of this family; null without a test. */
  readonly adjustedP: number | null;
}

/**
 * Every condition against a baseline, paired by seed. All conditions but the baseline are one family for Holm's adjustment.
 *
 * @param samples at most one for a condition and seed
 * @throws RangeError where a condition has a seed twice
 */
export function compareWithBaseline(samples: readonly Sample[], baseline: string): ConditionSummary[] {
  const conditions = [...new Set(samples.map(({ condition }) => condition))];
  const valuesOf = new Map(conditions.map((condition) => [condition, new Map<number, number>()]));
  for (const { condition, seed, value } of samples) {
    const values = valuesOf.get(condition);
    if (values?.has(seed)) throw new RangeError(`samples: expected one of ${condition} with seed ${seed}, got two`);
    values?.set(seed, value);
  }
  const reference = valuesOf.get(baseline);
  const summaries = conditions.map((condition) => {
    const values = valuesOf.get(condition) ?? new Map<number, number>();
    const shared = condition === baseline ? [] : [...values.keys()].filter((seed) => reference?.has(seed));
    return {
      condition,
      summary: meanAndDeviation([...values.values()]),
      comparison: shared.length > 0 ? pairedComparison(shared.map((seed) => values.get(seed) ?? NaN), shared.map((seed) => reference?.get(seed) ?? NaN)) : undefined,
    };
  });
  const adjusted = holm(summaries.map(({ comparison }) => comparison?.p ?? null));
  return summaries.map((summary, i) => ({ ...summary, adjustedP: adjusted[i] ?? null }));
}
