import type { Table } from '../../report/table';
import { showSize } from './options';
import type { BenchRow } from './rows';

/** One case by one arm, with one thread and with several. */
export interface Scaling {
  readonly one: BenchRow;
  readonly several: BenchRow;
  /** How many times as fast as with one thread. */
  readonly times: number;
}

const sameCase = (a: BenchRow, b: BenchRow): boolean => a.op === b.op && a.dtype === b.dtype && a.size === b.size && a.direction === b.direction && a.arm === b.arm;

/** Every row of more than one thread that was measured with one thread too. */
export function scalings(rows: readonly BenchRow[]): readonly Scaling[] {
  return rows
    .filter(({ threads }) => threads > 1)
    .flatMap((several) => {
      const one = rows.find((other) => other.threads === 1 && sameCase(several, other));
      return one ? [{ one, several, times: one.nsPerElement / several.nsPerElement }] : [];
    });
}

/** What threads bring the project's functions on arrays; empty where all rows are of one thread. */
export function scalingTable(rows: readonly BenchRow[]): Table {
  return {
    header: ['op', 'dtype', 'size', 'direction', 'threads', 'ns, one thread', 'ns', 'times as fast', 'GB/s'],
    rows: scalings(rows)
      .filter(({ several }) => several.arm === 'fused-arrays')
      .map(({ one, several, times }) => [
        several.op, several.dtype, showSize(several.size), several.direction, String(several.threads),
        one.nsPerElement.toFixed(3), several.nsPerElement.toFixed(3), times.toFixed(2), several.gbPerSecond.toFixed(1),
      ]),
  };
}
