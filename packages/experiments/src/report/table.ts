import { paperValue } from '../reference/paper';
import { judgeAccuracy } from '../reference/pass_marks';
import type { ReportRow, ReportSubject } from './rows';

/** A table of text: its header and its rows. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const fixed = (value: number | null | undefined, digits: number): string => (value === undefined || value === null || !Number.isFinite(value) ? '-' : value.toFixed(digits));

/** Whether the paper's values stand beside ours: the same protocol on the same images. */
function comparable({ preset, synthetic }: ReportSubject): boolean {
  return preset === 'paper' && !synthetic;
}

/** The results: activation x optimiser, with the milliseconds of a step fused and stock. */
export function resultTable(subject: ReportSubject): Table {
  const timed = subject.rows.some(({ timing }) => timing);
  const withPaper = comparable(subject);
  return {
    header: [
      'activation', 'optimizer', 'test accuracy %', 'test loss', 'macro F1', 'epochs', 's/epoch',
      ...(timed ? ['ms/step fused', 'ms/step stock', 'stock/fused'] : []),
      ...(withPaper ? ['paper %', 'difference', 'verdict'] : []),
    ],
    rows: subject.rows.map((row) => [
      row.activation,
      row.optimizer,
      fixed(row.result.test.accuracy, 2),
      fixed(row.result.test.loss, 3),
      fixed(row.result.test.f1, 3),
      `${row.result.epochs}${row.result.stoppedEarly ? ` (best ${row.result.bestEpoch})` : ''}`,
      fixed(row.result.seconds / row.result.epochs, 2),
      ...(timed ? [fixed(row.timing?.fusedMs, 1), fixed(row.timing?.stockMs, 1), fixed(row.timing && row.timing.stockMs / row.timing.fusedMs, 3)] : []),
      ...(withPaper ? paperCells(subject.experiment, row) : []),
    ]),
  };
}

function paperCells(experiment: string, row: ReportRow): string[] {
  const paper = paperValue(experiment, row.optimizer, row.activation);
  if (!paper) return ['-', '-', '-'];
  const difference = row.result.test.accuracy - paper.accuracy;
  return [fixed(paper.accuracy, 2), `${difference >= 0 ? '+' : ''}${difference.toFixed(2)}`, judgeAccuracy(experiment, row.optimizer, row.activation, row.result.test.accuracy)?.text ?? 'no mark stated'];
}

/** Aligned columns for a terminal; numbers to the right. */
export function textTable({ header, rows }: Table): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** The same in Markdown. */
export function markdownTable({ header, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map((_, column) => (column < 2 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** The same as comma-separated values (RFC 4180). */
export function csvTable({ header, rows }: Table): string {
  const cell = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Every epoch of every run, unrounded. */
export function epochTable({ rows }: ReportSubject): Table {
  return {
    header: ['run', 'activation', 'optimizer', 'epoch', 'trainLoss', 'valLoss', 'trainAccuracy', 'valAccuracy', 'valF1', 'seconds'],
    rows: rows.flatMap((row) =>
      row.metrics.map((m) =>
        [row.runId, row.activation, row.optimizer, m.epoch, m.trainLoss, m.valLoss, m.trainAccuracy, m.valAccuracy, m.valF1, m.seconds].map(String),
      ),
    ),
  };
}

/** Every recorded gradient norm, unrounded. */
export function gradientTable({ rows }: ReportSubject): Table {
  return {
    header: ['run', 'activation', 'optimizer', 'epoch', 'weight', 'norm'],
    rows: rows.flatMap((row) =>
      row.metrics.flatMap((m) =>
        Object.entries(m.gradientNorms ?? {}).map(([weight, norm]) => [row.runId, row.activation, row.optimizer, m.epoch, weight, norm].map(String)),
      ),
    ),
  };
}
