import * as statistics from 'simple-statistics';
import type { ReportRow } from '../../classification/report/rows';
import { meanAndDeviation } from '../../stats/summary';
import { judgeLearned } from '../report/judgement';
import { devScores } from '../report/tables';
import type { ArmName } from './arms';
import type { Distances } from './distance';

/** The finished runs of an arm. */
export interface ArmRows {
  readonly arm: ArmName;
  readonly rows: readonly ReportRow[];
}

/** What an activation reached in an arm, on the validation sentences. */
export interface Outcome {
  readonly activation: string;
  readonly arm: ArmName;
  readonly seeds: number;
  /** Percent, mean over seeds and its sample deviation (NaN for one seed). */
  readonly accuracy: number;
  readonly deviation: number;
  /** Percent: what the majority class gets. */
  readonly majority: number;
  /** Runs that predict one class alone, and runs that exceed the majority class. */
  readonly constant: number;
  readonly learned: number;
}

/** Activations of all arms by what they reached. */
export function outcomesOf(arms: readonly ArmRows[]): Outcome[] {
  return arms.flatMap(({ arm, rows }) =>
    [...new Set(rows.map(({ activation }) => activation))].map((activation) => {
      const scores = rows.filter((row) => row.activation === activation).map((row) => devScores(row, 'last'));
      const { mean, deviation } = meanAndDeviation(scores.map(({ accuracy }) => accuracy));
      const judged = scores.map(({ accuracy, majority, count, constant }) => judgeLearned(accuracy, majority, count, constant));
      const counted = (verdict: string) => judged.filter((one) => one === verdict).length;
      return { activation, arm, seeds: scores.length, accuracy: mean, deviation, majority: scores[0]?.majority ?? NaN, constant: counted('constant'), learned: counted('learned') };
    }),
  );
}

/** The outcome of an activation in an arm. */
export function outcomeOf(outcomes: readonly Outcome[], arm: ArmName, activation: string): Outcome | undefined {
  return outcomes.find((outcome) => outcome.arm === arm && outcome.activation === activation);
}

/** Mean over the layers of the distance of feed-forward outputs. */
export function meanDistance({ activations }: Distances, activation: string): number {
  return meanAndDeviation(activations.find((row) => row.activation === activation)?.layers.map(({ feedForward }) => feedForward) ?? [NaN]).mean;
}

/** Spearman's rank correlation of distances and accuracies; null for fewer than three activations. */
export function rankCorrelation(distances: Distances, outcomes: readonly Outcome[], arm: ArmName): { readonly count: number; readonly value: number } | null {
  const pairs = outcomes.filter((outcome) => outcome.arm === arm).map(({ activation, accuracy }) => [meanDistance(distances, activation), accuracy] as const).filter(([distance]) => Number.isFinite(distance));
  if (pairs.length < 3) return null;
  return { count: pairs.length, value: statistics.sampleRankCorrelation(pairs.map(([distance]) => distance), pairs.map(([, accuracy]) => accuracy)) };
}
