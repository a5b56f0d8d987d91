import type { Table } from '../../report/table';
import { showSize, type Direction } from './options';
import { ARMS, type ArmName, type BenchRow } from './rows';

const ARM_NAMES = Object.keys(ARMS) as ArmName[];
const digits = (value: number | undefined, places: number): string => (value === undefined ? '-' : value.toFixed(places));

/** Keeps three significant figures where a call costs microseconds. */
function nanoseconds(value: number | undefined): string {
  return value === undefined ? '-' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** What identifies the line of a table. */
function key({ op, dtype, size, threads }: BenchRow): string {
  return [op, dtype, size, threads].join();
}

/**
 * Nanoseconds of an element, one line for each op, dtype, size and number of threads, one column for each arm; the largest spread
 * (interquartile range) of an arm; then how many times slower the others are.
 */
export function speedTable(rows: readonly BenchRow[], direction: Direction): Table {
  const chosen = rows.filter((row) => row.direction === direction);
  const arms = ARM_NAMES.filter((arm) => chosen.some((row) => row.arm === arm));
  const compared = arms.filter((arm) => ['stock', 'repaired', 'torch', 'tensorflow'].includes(arm));
  const lines = new Map<string, BenchRow[]>();
  for (const row of chosen) lines.set(key(row), [...(lines.get(key(row)) ?? []), row]);
  return {
    header: ['op', 'dtype', 'size', 'threads', ...arms, 'spread %', 'GB/s fused', ...compared.map((arm) => `${arm}/fused`)],
    rows: [...lines.values()].map((line) => {
      const of = (arm: ArmName) => line.find((row) => row.arm === arm);
      const [first] = line;
      return [
        first?.op ?? '', first?.dtype ?? '', showSize(first?.size ?? 0), String(first?.threads ?? ''),
        ...arms.map((arm) => nanoseconds(of(arm)?.nsPerElement)),
        (100 * Math.max(...line.map(({ spread }) => spread))).toFixed(0),
        digits((of('fused') ?? of('fused-arrays'))?.gbPerSecond, 1),
        ...compared.map((arm) => digits(of(arm)?.ratioToFused ?? undefined, 2)),
      ];
    }),
  };
}

/** Every row, unrounded. */
export function rowTable(rows: readonly BenchRow[]): Table {
  const header = Object.keys(rows[0] ?? {}) as (keyof BenchRow)[];
  return { header, rows: rows.map((row) => header.map((name) => String(row[name] ?? ''))) };
}
