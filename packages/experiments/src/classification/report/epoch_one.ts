import { authorsRun } from '../../reference/authors';
import { epochDifference, judgeEpochOne, type EpochScores } from '../../reference/pass_marks';
import { fixed } from '../../report/numbers';
import type { Table } from '../../report/table';
import type { ReportRow } from './rows';

/** The four numbers of an epoch as the authors print them. */
export const scores = (epoch: EpochScores | undefined): string =>
  `${fixed(epoch?.trainLoss, 3)} ${fixed(epoch?.valLoss, 3)} ${fixed(epoch?.trainAccuracy, 2)} ${fixed(epoch?.valAccuracy, 2)}`;

/** Epoch 1 of each run against the printed log: the same random numbers, so only rounding is between them. */
export function epochOneTable(experiment: string, rows: readonly ReportRow[]): Table {
  return {
    header: ['activation', 'optimizer', 'log: train / val loss, train / val accuracy %', 'ours', 'largest loss difference', 'largest accuracy difference', 'verdict (loss / points)'],
    rows: rows.flatMap(({ activation, optimizer, perturbation, metrics: [ours] }) => {
      const theirs = authorsRun(experiment, optimizer, activation)?.epochs[0];
      if (!ours || !theirs || perturbation !== 0) return [];
      const difference = epochDifference(ours, theirs);
      return [[activation, optimizer, scores(theirs), scores(ours), fixed(difference.loss, 4), fixed(difference.accuracy, 2), experiment.startsWith('cnn') ? judgeEpochOne(activation, ours, theirs).text : 'by the spread of copies alone']];
    }),
  };
}
