import { authorsRun } from '../../reference/authors';
import { PAPER_TABLES, type PaperColumn, type PaperTable } from '../../reference/paper';
import { judgeAccuracy, judgeBestValidation, judgeEpochs, judgePlateau, SAME_SECONDS } from '../../reference/pass_marks';
import { fixed, signed } from '../../report/numbers';
import type { Table } from '../../report/table';
import { unmoved, type ReportRow } from './rows';

const COLUMNS: Readonly<Record<PaperColumn, { readonly title: string; readonly digits: number; readonly of: (row: ReportRow) => number }>> = {
  accuracy: { title: 'test accuracy %', digits: 2, of: ({ result }) => result.test.accuracy },
  loss: { title: 'test loss', digits: 3, of: ({ result }) => result.test.loss },
  f1: { title: 'macro F1', digits: 3, of: ({ result }) => result.test.f1 },
  epochs: { title: 'epochs', digits: 0, of: ({ result }) => result.epochs },
  seconds: { title: 'total s', digits: 1, of: ({ result }) => result.seconds },
  secondsPerEpoch: { title: 's/epoch', digits: 2, of: ({ result }) => result.seconds / result.epochs },
};

/** One of the paper's tables with ours beside it. */
export interface ComparedTable {
  readonly table: number;
  readonly title: string;
  readonly content: Table;
}

/** Tables 1 to 16 of an experiment in the paper's layout: the paper's number, ours, the difference, and a verdict where a mark is stated. */
export function comparedTables(experiment: string, rows: readonly ReportRow[]): ComparedTable[] {
  return PAPER_TABLES.filter((table) => table.experiment === experiment).map((table) => {
    const timing = table.columns.includes('seconds');
    return {
      table: table.table,
      title: `Table ${table.table}: ${experiment}, ${table.optimizer === 'sgd' ? 'SGD' : 'Adam'}, ${timing ? 'epochs and training time' : 'test scores'}`,
      content: compared(table, rows),
    };
  });
}

function compared(table: PaperTable, rows: readonly ReportRow[]): Table {
  const titles = table.columns.flatMap((column) => [`${COLUMNS[column].title}: paper`, 'ours', 'difference']);
  return {
    header: ['activation', ...titles, 'verdict'],
    rows: Object.entries(table.rows).map(([activation, values]) => {
      const row = unmoved({ rows }).find((candidate) => candidate.activation === activation && candidate.optimizer === table.optimizer);
      const cells = table.columns.flatMap((column, i) => {
        const { digits, of } = COLUMNS[column];
        const paper = values[i] ?? NaN;
        return [fixed(paper, digits), fixed(row && of(row), digits), signed(row && of(row) - paper, digits)];
      });
      return [activation, ...cells, row ? verdictOf(table, row) : 'not run'];
    }),
  };
}

function verdictOf(table: PaperTable, row: ReportRow): string {
  const { experiment, optimizer } = table;
  const { activation, result, metrics } = row;
  if (table.columns.includes('seconds')) return judgeEpochs(experiment, optimizer, activation, result.epochs)?.text ?? 'no mark stated';
  const verdicts = [
    judgeAccuracy(experiment, optimizer, activation, result.test.accuracy),
    judgeBestValidation(experiment, optimizer, activation, metrics[result.bestEpoch - 1]?.valAccuracy ?? NaN),
    experiment.startsWith('cnn') ? judgePlateau(optimizer, activation, metrics.map(({ valAccuracy }) => valAccuracy)) : undefined,
  ].flatMap((verdict) => (verdict ? [verdict.text] : []));
  return verdicts.length > 0 ? verdicts.join('; ') : 'no mark stated';
}

/** What the times mean: the paper reads them as properties of the activations. */
export const TIME_CAVEAT =
  `The times are wall times of different machines (theirs one T4 GPU), so they have no verdict; the verdict is on the number of epochs. ` +
  `Within one table of the CNN the authors' seconds per epoch differ by 0.3 to 3 % and are bound by decoding images on the CPU (about 3,300 images a second), so they say nothing about activations; ` +
  `with ResNet-50 only one of 49 sites changes. Here images are gathered in the compiled step and convolutions dominate. Time of an epoch, below, has what the processor computed; a spread below ${100 * SAME_SECONDS} % counts as none.`;

/** How far the last weights, which the authors test, are from the best ones by validation loss. */
export function lastAgainstBest(experiment: string, rows: readonly ReportRow[]): Table {
  return {
    header: ['activation', 'optimizer', 'best epoch: paper', 'ours', 'validation loss at best', 'at last', 'validation accuracy % at best', 'at last', 'test accuracy % (last weights)'],
    rows: unmoved({ rows }).map(({ activation, optimizer, result, metrics }) => {
      const theirs = authorsRun(experiment, optimizer, activation)?.epochs;
      const lowest = theirs && Math.min(...theirs.map(({ valLoss }) => valLoss));
      const [best, last] = [metrics[result.bestEpoch - 1], metrics.at(-1)];
      return [
        activation, optimizer, fixed(theirs?.find(({ valLoss }) => valLoss === lowest)?.epoch, 0), String(result.bestEpoch),
        fixed(best?.valLoss, 3), fixed(last?.valLoss, 3), fixed(best?.valAccuracy, 2), fixed(last?.valAccuracy, 2), fixed(result.test.accuracy, 2),
      ];
    }),
  };
}
