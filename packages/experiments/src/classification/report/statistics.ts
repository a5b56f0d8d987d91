import { intervalChart, type IntervalRow } from '../../report/charts';
import type { Figure } from '../../report/figures';
import { fixed, probability, signed } from '../../report/numbers';
import type { Table } from '../../report/table';
import { compareWithBaseline, type ConditionSummary } from '../../stats/compare';
import { meanAndDeviation } from '../../stats/summary';
import type { ChosenRate } from '../tuning';
import { optimizersOf, provenance, unmoved, type ReportRow, type ReportSubject } from './rows';

/** What every activation is compared with. */
export const BASELINE = 'relu';

/** A score, in percent, that activations are compared by. */
export interface Comparison {
  readonly baseline: string;
  readonly title: string;
  readonly value: (row: ReportRow) => number;
}

const TEST_ACCURACY: Comparison = { baseline: BASELINE, title: 'test accuracy', value: ({ result }) => result.test.accuracy };

/** Scores of an optimiser: every activation over the seeds, and against the baseline. */
export function accuracySummaries(rows: readonly ReportRow[], optimizer: string, { baseline, value }: Comparison = TEST_ACCURACY): ConditionSummary[] {
  const samples = unmoved({ rows })
    .filter((row) => row.optimizer === optimizer)
    .map((row) => ({ condition: row.activation, seed: row.seed, value: value(row) }));
  return compareWithBaseline(samples, baseline);
}

/** Mean and deviation of every activation, paired difference to the baseline with its interval, p as tested and adjusted. */
export function statisticsTable({ rows }: Pick<ReportSubject, 'rows'>, optimizer: string, comparison: Comparison = TEST_ACCURACY): Table {
  return {
    header: ['activation', 'learning rate', 'seeds', `${comparison.title} %`, '± sd', 'test loss', 'epochs', `difference to ${comparison.baseline}`, '95 % interval', 'p', 'p (Holm)'],
    rows: accuracySummaries(rows, optimizer, comparison).map(({ condition, summary, comparison: paired, adjustedP }) => {
      const group = unmoved({ rows }).filter((row) => row.activation === condition && row.optimizer === optimizer);
      const mean = (value: (row: ReportRow) => number) => meanAndDeviation(group.map(value)).mean;
      const [low, high] = paired?.interval ?? [];
      return [
        condition, String(group[0]?.learningRate ?? '-'), String(summary.count), fixed(summary.mean, 2), fixed(summary.deviation, 2), fixed(mean(({ result }) => result.test.loss), 3),
        fixed(mean(({ result }) => result.epochs), 1),
        signed(paired?.difference, 2), paired?.interval ? `${signed(low, 2)} to ${signed(high, 2)}` : '-', probability(paired?.p ?? null), probability(adjustedP),
      ];
    }),
  };
}

/** How the numbers of `statisticsTable` come about. */
export const STATISTICS_NOTE =
  `Differences are paired: a seed gives every activation the same split and the same order of batches. The interval is Student's t for the mean difference; p is of the two-sided paired t test, ` +
  `adjusted by Holm's method over the activations of one table. Few seeds: an interval that holds 0 says that a difference was not shown, not that there is none.`;

/** The search for learning rates: lowest validation loss by rate. */
export function tuningTable(chosen: readonly ChosenRate[], optimizer: string): Table {
  const group = chosen.filter((choice) => choice.optimizer === optimizer);
  const rates = group[0]?.tried.map(({ learningRate }) => learningRate) ?? [];
  return {
    header: ['activation', 'chosen', ...rates.map((rate) => `validation loss at ${rate}`), 'note'],
    rows: group.map(({ activation, learningRate, tried, atEdge }) => [
      activation, String(learningRate), ...tried.map(({ bestValLoss }) => (bestValLoss === null ? 'diverged' : fixed(bestValLoss, 4))), atEdge ? 'at the edge of the grid' : '',
    ]),
  };
}

/** Differences to the baseline with their intervals, a panel for each optimiser. */
export function differenceFigure(subject: ReportSubject, comparison: Comparison = TEST_ACCURACY): Figure | undefined {
  const rows = optimizersOf(subject).flatMap((optimizer) =>
    accuracySummaries(subject.rows, optimizer, comparison).flatMap(({ condition, comparison: paired }): IntervalRow[] =>
      paired?.interval ? [{ label: condition, panel: optimizer, value: paired.difference, low: paired.interval[0], high: paired.interval[1] }] : [],
    ),
  );
  if (rows.length === 0) return undefined;
  const title = `${comparison.title.replace(/^./, (letter) => letter.toUpperCase())} against ${comparison.baseline}: paired difference with 95 % interval`;
  return { name: comparison === TEST_ACCURACY ? 'differences' : `differences-${comparison.title.replace(/\W+/g, '-')}`, title, specification: intervalChart(title, provenance(subject), 'percentage points', rows, true) };
}
