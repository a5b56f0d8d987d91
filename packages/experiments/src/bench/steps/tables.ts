import type { Table } from '../../report/table';
import { allowedDifferences, lossDifference } from './agreement';
import { checkGoals } from './goals';
import type { FirstLosses } from './measure_model';
import type { ModelName } from './models';
import type { StepRow } from './rows';

const milliseconds = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

/** One line for each arm of each model. */
export function stepTable(rows: readonly StepRow[]): Table {
  return {
    header: ['model', 'arm', 'batch', 'ms median', 'ms min', 'spread %', 'ours/arm', 'arm/ours', 'peak MB', 'ours/arm MB'],
    rows: rows.map((row) => [
      row.model,
      row.arm,
      String(row.batch),
      milliseconds(row.msMedian),
      milliseconds(row.msMin),
      (100 * row.spread).toFixed(0),
      row.oursRatio.toFixed(3),
      (1 / row.oursRatio).toFixed(2),
      row.peakMemoryMB.toFixed(0),
      row.oursMemoryRatio.toFixed(2),
    ]),
  };
}

/** The losses of the first steps of a model, and how far apart they may be. */
export function lossTable(model: ModelName, losses: readonly FirstLosses[], spread: readonly number[]): Table {
  const ours = losses.find(({ arm }) => arm === 'ours')?.loss ?? [];
  return {
    header: ['model', 'arm', ...ours.map((_, step) => `step ${step + 1}`), 'largest relative difference'],
    rows: [
      ...losses.map(({ arm, loss }) => [model, arm, ...loss.map((value) => value.toPrecision(8)), arm === 'ours' ? '' : arm === 'ours-relu' ? 'another network' : lossDifference(ours, loss).toExponential(1)]),
      [model, 'allowed difference', ...allowedDifferences(spread).map((value) => value.toExponential(1)), ''],
    ],
  };
}

export function goalTable(rows: readonly StepRow[]): Table {
  return {
    header: ['goal', 'met', 'limit', 'measured'],
    rows: checkGoals(rows).map(({ goal, limit, measured, met }) => [goal, met ? 'yes' : 'no', limit.toFixed(3), measured.toFixed(3)]),
  };
}

/** Every row, unrounded. */
export function rowTable(rows: readonly StepRow[]): Table {
  const header = Object.keys(rows[0] ?? {}) as (keyof StepRow)[];
  return { header, rows: rows.map((row) => header.map((name) => String(row[name]))) };
}
