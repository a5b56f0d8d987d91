import { authorsRun } from '../../reference/authors';
import { epochDifference, judgeEpochOne, judgeSpread, type EpochScores } from '../../reference/pass_marks';
import { fixed } from '../../report/numbers';
import type { Table } from '../../report/table';
import type { ReportRow } from './rows';

const scores = (epoch: EpochScores | undefined): string =>
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

/** The runs of an activation with an optimiser whose first weight was moved, and the one that was not. */
export interface Copies {
  readonly activation: string;
  readonly optimizer: string;
  /** Epoch 1 of each, the unmoved one first. */
  readonly epochs: readonly EpochScores[];
}

/** Groups of copies; an activation without both kinds has none. */
export function copiesOf(rows: readonly ReportRow[]): Copies[] {
  return rows
    .filter(({ perturbation, metrics }) => perturbation === 0 && metrics.length > 0)
    .flatMap((row) => {
      const moved = rows.filter(({ activation, optimizer, seed, perturbation }) => activation === row.activation && optimizer === row.optimizer && seed === row.seed && perturbation !== 0);
      if (moved.length === 0) return [];
      return [{ activation: row.activation, optimizer: row.optimizer, epochs: [row, ...moved].flatMap(({ metrics: [first] }) => (first ? [first] : [])) }];
    });
}

/** Epoch 1 against the log in units of the spread of copies that differ by rounding alone. */
export function spreadTable(experiment: string, rows: readonly ReportRow[]): Table {
  return {
    header: ['activation', 'optimizer', 'log: train / val loss, train / val accuracy %', 'ours', 'lowest of the copies', 'highest of the copies', 'copies', 'verdict'],
    rows: copiesOf(rows).flatMap(({ activation, optimizer, epochs }) => {
      const theirs = authorsRun(experiment, optimizer, activation)?.epochs[0];
      if (!theirs) return [];
      const bound = (choose: (...values: number[]) => number): EpochScores => {
        const of = (field: keyof EpochScores) => choose(...epochs.map((epoch) => epoch[field]));
        return { trainLoss: of('trainLoss'), valLoss: of('valLoss'), trainAccuracy: of('trainAccuracy'), valAccuracy: of('valAccuracy') };
      };
      return [[activation, optimizer, scores(theirs), scores(epochs[0]), scores(bound(Math.min)), scores(bound(Math.max)), String(epochs.length), judgeSpread(epochs, theirs).text]];
    }),
  };
}
