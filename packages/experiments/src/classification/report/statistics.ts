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

/** Test accuracies of an optimiser: every activation over the seeds, and against ReLU. */
export function accuracySummaries(rows: readonly ReportRow[], optimizer: string): ConditionSummary[] {
  const samples = unmoved({ rows })
    .filter((row) => row.optimizer === optimizer)
    .map(({ activation, seed, result }) => ({ condition: activation, seed, value: result.test.accuracy }));
  return compareWithBaseline(samples, BASELINE);
}

/** Mean and deviation of every activation, paired difference to ReLU with its interval, p as tested and adjusted. */
export function statisticsTable({ rows }: Pick<ReportSubject, 'rows'>, optimizer: string): Table {
  return {
    header: ['activation', 'learning rate', 'seeds', 'test accuracy %', '± sd', 'test loss', 'epochs', `difference to ${BASELINE}`, '95 % interval', 'p', 'p (Holm)'],
    rows: accuracySummaries(rows, optimizer).map(({ condition, summary, comparison, adjustedP }) => {
      const group = unmoved({ rows }).filter((row) => row.activation === condition && row.optimizer === optimizer);
      const mean = (value: (row: ReportRow) => number) => meanAndDeviation(group.map(value)).mean;
      const [low, high] = comparison?.interval ?? [];
      return [
        condition, String(group[0]?.learningRate ?? '-'), String(summary.count), fixed(summary.mean, 2), fixed(summary.deviation, 2), fixed(mean(({ result }) => result.test.loss), 3),
        fixed(mean(({ result }) => result.epochs), 1),
        signed(comparison?.difference, 2), comparison?.interval ? `${signed(low, 2)} to ${signed(high, 2)}` : '-', probability(comparison?.p ?? null), probability(adjustedP),
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

/** Differences to ReLU with their intervals, a panel for each optimiser. */
export function differenceFigure(subject: ReportSubject): Figure | undefined {
  const rows = optimizersOf(subject).flatMap((optimizer) =>
    accuracySummaries(subject.rows, optimizer).flatMap(({ condition, comparison }): IntervalRow[] =>
      comparison?.interval ? [{ label: condition, panel: optimizer, value: comparison.difference, low: comparison.interval[0], high: comparison.interval[1] }] : [],
    ),
  );
  if (rows.length === 0) return undefined;
  const title = `Test accuracy against ${BASELINE}: paired difference with 95 % interval`;
  return { name: 'differences', title, specification: intervalChart(title, provenance(subject), 'percentage points', rows, true) };
}
