import { fixed, signed } from '../../report/numbers';
import type { Table } from '../../report/table';
import { paperValue } from '../../reference/paper';
import { judgeAccuracy } from '../../reference/pass_marks';
import { distinct, type ReportRow, type ReportSubject } from './rows';

/** Every run: activation x optimiser (x seed), with the milliseconds of a step fused and stock. */
export function resultTable(subject: ReportSubject): Table {
  const { rows, timings, comparable, experiment } = subject;
  const timing = new Map(timings.map((entry) => [entry.activation, entry]));
  const optional = [
    { when: distinct(rows.map(({ seed }) => seed)).length > 1, header: ['seed'], cells: ({ seed }: ReportRow) => [String(seed)] },
    { when: rows.some(({ perturbation }) => perturbation !== 0), header: ['moved by'], cells: ({ perturbation }: ReportRow) => [String(perturbation)] },
  ].filter(({ when }) => when);
  const timed = timings.length > 0;
  const withPaper = comparable === 'whole';
  return {
    header: [
      'activation', 'optimizer', ...optional.flatMap(({ header }) => header), 'test accuracy %', 'test loss', 'macro F1', 'epochs', 's/epoch',
      ...(timed ? ['ms/step fused', 'ms/step stock', 'stock/fused'] : []),
      ...(withPaper ? ['paper %', 'difference', 'verdict'] : []),
    ],
    rows: rows.map((row) => {
      const time = timing.get(row.activation);
      return [
        row.activation,
        row.optimizer,
        ...optional.flatMap(({ cells }) => cells(row)),
        fixed(row.result.test.accuracy, 2),
        fixed(row.result.test.loss, 3),
        fixed(row.result.test.f1, 3),
        `${row.result.epochs}${row.result.stoppedEarly ? ` (best ${row.result.bestEpoch})` : ''}`,
        fixed(row.result.seconds / row.result.epochs, 2),
        ...(timed ? [fixed(time?.fusedMs, 1), fixed(time?.stockMs, 1), fixed(time?.stockMs == null ? null : time.stockMs / time.fusedMs, 3)] : []),
        ...(withPaper ? paperCells(experiment, row) : []),
      ];
    }),
  };
}

function paperCells(experiment: string, row: ReportRow): string[] {
  const paper = row.perturbation === 0 ? paperValue(experiment, row.optimizer, row.activation) : undefined;
  if (!paper) return ['-', '-', '-'];
  const { accuracy } = row.result.test;
  return [fixed(paper.accuracy, 2), signed(accuracy - paper.accuracy, 2), judgeAccuracy(experiment, row.optimizer, row.activation, accuracy)?.text ?? 'no mark stated'];
}

/** Every epoch of every run, unrounded. */
export function epochTable({ rows }: ReportSubject): Table {
  const fields = ['epoch', 'trainLoss', 'valLoss', 'trainAccuracy', 'valAccuracy', 'valF1', 'seconds', 'processorSeconds'] as const;
  return {
    header: ['run', 'activation', 'optimizer', 'seed', ...fields],
    rows: rows.flatMap((row) => row.metrics.map((metrics) => [row.runId, row.activation, row.optimizer, String(row.seed), ...fields.map((field) => String(metrics[field]))])),
  };
}

/** Every recorded gradient norm, unrounded. */
export function gradientTable({ rows }: ReportSubject): Table {
  return {
    header: ['run', 'activation', 'optimizer', 'seed', 'epoch', 'weight', 'norm'],
    rows: rows.flatMap((row) =>
      row.metrics.flatMap((m) => Object.entries(m.gradientNorms ?? {}).map(([weight, norm]) => [row.runId, row.activation, row.optimizer, row.seed, m.epoch, weight, norm].map(String))),
    ),
  };
}
