import { median, quantile } from '../../bench/statistics';
import { fixed } from '../../report/numbers';
import type { Table } from '../../report/table';
import { distinct, unmoved, type ReportRow, type ReportSubject } from './rows';

/** Of the cores that a run may use, the part that it computes on where nothing else runs; a rounder number than any measured one. */
const ALONE = 0.85;

/** What the training part of an epoch took, over all epochs (and seeds) of an activation with an optimiser. */
export interface EpochTimes {
  readonly activation: string;
  readonly optimizer: string;
  /** Median. */
  readonly wall: number;
  /** Lower quartile, median, upper quartile. */
  readonly processor: readonly [number, number, number];
  readonly epochs: number;
}

/** Times by activation and optimiser, in the order of the runs. */
export function epochTimes(rows: readonly ReportRow[]): EpochTimes[] {
  return distinct(rows.map(({ activation, optimizer }) => JSON.stringify([activation, optimizer]))).map((key) => {
    const [activation, optimizer] = JSON.parse(key) as [string, string];
    const epochs = rows.filter((row) => row.activation === activation && row.optimizer === optimizer).flatMap(({ metrics }) => metrics);
    const processor = epochs.map(({ processorSeconds }) => processorSeconds);
    return { activation, optimizer, wall: median(epochs.map(({ seconds }) => seconds)), processor: [quantile(processor, 0.25), median(processor), quantile(processor, 0.75)], epochs: epochs.length };
  });
}

/** The same as a table. */
export function timesTable(rows: readonly ReportRow[]): Table {
  return {
    header: ['activation', 'optimizer', 'epochs', 'wall s/epoch (median)', 'processor s/epoch (median)', 'quartiles'],
    rows: epochTimes(rows).map(({ activation, optimizer, wall, processor: [low, middle, high], epochs }) => [activation, optimizer, String(epochs), fixed(wall, 2), fixed(middle, 2), `${fixed(low, 2)} to ${fixed(high, 2)}`]),
  };
}

/**
 * Whether the slowest activation differs from the fastest by more than `relative` of their mean and by more than its own epochs
 * scatter: the quartiles of the two do not overlap.
 */
export function timesDiffer(times: readonly EpochTimes[], relative: number): boolean {
  const sorted = [...times].sort((a, b) => a.processor[1] - b.processor[1]);
  const [fastest, slowest] = [sorted[0], sorted.at(-1)];
  return fastest !== undefined && slowest !== undefined && processorSpread(times) > relative && slowest.processor[0] > fastest.processor[2];
}

/** Spread of the median processor seconds, relative to their mean. */
export function processorSpread(times: readonly EpochTimes[]): number {
  const medians = times.map(({ processor }) => processor[1]);
  return (Math.max(...medians) - Math.min(...medians)) / (medians.reduce((sum, value) => sum + value, 0) / medians.length);
}

/** How the times of a report were taken, and whether the machine was free for it. */
export function timesNote(subject: Pick<ReportSubject, 'rows' | 'config' | 'environment'>): string {
  const results = unmoved(subject).map(({ result }) => result);
  const total = (value: (result: ReportRow['result']) => number) => results.reduce((sum, result) => sum + value(result), 0);
  const used = total(({ processorSeconds }) => processorSeconds) / total(({ seconds }) => seconds);
  const allowed = Number(subject.config['threads']) || Number(subject.environment['cores']);
  const taken = 'Of the training part of each epoch, without validation. Processor seconds are those of all threads of the process together.';
  if (!(used < ALONE * allowed)) return taken;
  return (
    `${taken} These runs computed on ${fixed(used, 2)} of ${allowed} ${allowed === 1 ? 'core' : 'cores'} that each may use: the machine was shared with other work, or held the runs for a while. ` +
    'So the wall seconds are not those of a machine of one\'s own; processor seconds leave the waiting out, but not what others do to caches and memory.'
  );
}
