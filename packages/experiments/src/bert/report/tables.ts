import { distinct, type ReportRow, type ReportSubject } from '../../classification/report/rows';
import { PAPER_BERT_TEST, paperBert } from '../../reference/paper_bert';
import { fixed, signed } from '../../report/numbers';
import type { Table } from '../../report/table';
import { scoresOf, type Scores } from '../../train/scores';
import { judgeLearned, scored } from './judgement';

/** Validation scores of the weights that were tested. */
export function devScores(row: ReportRow, testWeights: unknown): ReturnType<typeof scored> {
  const epoch = testWeights === 'best' ? row.metrics.find(({ epoch: number }) => number === row.result.bestEpoch) : row.metrics.at(-1);
  return scored({ confusion: epoch?.valConfusion ?? [] });
}

/** Every run, beside what the constant prediction of the majority class gets, which is the first row. */
export function bertResultTable(subject: ReportSubject): Table {
  const { rows, experiment, synthetic, config } = subject;
  const seeds = distinct(rows.map(({ seed }) => seed)).length > 1;
  const paper = !synthetic;
  const [first] = rows;
  return {
    header: [
      'activation', ...(seeds ? ['seed'] : []), 'test accuracy %', 'majority %', 'weighted F1', 'macro F1', 'MCC', 'test loss', 'dev accuracy %', 'dev majority %', 'dev MCC', 'predictions', 'epochs', 's/epoch',
      ...(paper ? ['paper: accuracy %', 'difference', 'paper: weighted F1', 'paper: result'] : []),
    ],
    rows: [
      ...(first && !seeds ? [baselineRow(first, config['testWeights'], paper)] : []),
      ...rows.map((row) => {
        const [test, dev] = [scored(row.result.test), devScores(row, config['testWeights'])];
        return [
          row.activation, ...(seeds ? [String(row.seed)] : []),
          fixed(test.accuracy, 2), fixed(test.majority, 2), fixed(test.weightedF1, 4), fixed(test.f1, 4), fixed(test.mcc, 3), fixed(row.result.test.loss, 3),
          fixed(dev.accuracy, 2), fixed(dev.majority, 2), fixed(dev.mcc, 3), judgeLearned(test.accuracy, test.majority, test.count, test.constant), String(row.result.epochs), fixed(row.result.seconds / row.result.epochs, 2),
          ...(paper ? paperCells(experiment, row.activation, test.accuracy, test.majority) : []),
        ];
      }),
    ],
  };
}

function baselineRow(row: ReportRow, testWeights: unknown, paper: boolean): string[] {
  const [test, dev] = [constantScores(row.result.test.confusion ?? []), constantScores(metricsConfusion(row, testWeights))];
  return ['(majority class)', fixed(test.accuracy, 2), fixed(test.majority, 2), fixed(test.weightedF1, 4), fixed(test.f1, 4), fixed(test.mcc, 3), '-', fixed(dev.accuracy, 2), fixed(dev.majority, 2), fixed(dev.mcc, 3), 'constant', '-', '-', ...(paper ? ['-', '-', '-', '-'] : [])];
}

function metricsConfusion(row: ReportRow, testWeights: unknown): readonly number[] {
  const epoch = testWeights === 'best' ? row.metrics.find(({ epoch: number }) => number === row.result.bestEpoch) : row.metrics.at(-1);
  return epoch?.valConfusion ?? [];
}

/** Scores of the constant prediction of the most frequent class, on the sentences of a confusion matrix. */
export function constantScores(confusion: readonly number[]): Scores {
  const classes = Math.sqrt(confusion.length);
  const labelled = Array.from({ length: classes }, (_, row) => confusion.slice(row * classes, (row + 1) * classes).reduce((sum, value) => sum + value, 0));
  const most = labelled.indexOf(Math.max(...labelled));
  return scoresOf(labelled.flatMap((count) => Array.from({ length: classes }, (_, column) => (column === most ? count : 0))), classes);
}

function paperCells(experiment: string, activation: string, accuracy: number, majority: number): string[] {
  const paper = paperBert(experiment, activation);
  if (!paper) return ['-', '-', '-', '-'];
  // The constant prediction has exactly the weighted F1 that belongs to its accuracy, to the digits that are printed.
  const share = paper.accuracy / 100;
  const constant = Math.abs((2 * share ** 2) / (1 + share) - paper.weightedF1) < 5e-4;
  return [fixed(paper.accuracy, 1), signed(accuracy - paper.accuracy, 2), fixed(paper.weightedF1, 4), judgeLearned(paper.accuracy, majority, PAPER_BERT_TEST, constant)];
}
