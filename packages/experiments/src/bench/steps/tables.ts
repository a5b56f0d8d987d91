import type { Table } from '../../report/table';
import { allowedDifferences, lossDifference, oursFor } from './agreement';
import { programOf, reluArm } from './arms';
import { checkGoals } from './goals';
import type { FirstLosses } from './measure_model';
import { networkTitle } from './models';
import type { StepRow } from './rows';

const milliseconds = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

/** One line for each arm of each model. */
export function stepTable(rows: readonly StepRow[]): Table {
  return {
    header: ['model', 'arm', 'batch', 'ms median', 'ms min', 'spread %', 'ours/arm', 'arm/ours', 'peak MB', 'ours/arm MB'],
    rows: rows.map((row) => [
      networkTitle(row),
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
export function lossTable(network: string, losses: readonly FirstLosses[], spread: readonly number[]): Table {
  const steps = losses[0]?.loss ?? [];
  return {
    header: ['model', 'arm', ...steps.map((_, step) => `step ${step + 1}`), 'largest relative difference'],
    rows: [
      ...losses.map(({ arm, loss }) => [network, arm, ...loss.map((value) => value.toPrecision(8)), programOf(arm).program === 'ours' ? '' : lossDifference(oursFor(arm, losses), loss).toExponential(1)]),
      [network, 'allowed difference', ...allowedDifferences(spread).map((value) => value.toExponential(1)), ''],
    ],
  };
}

/** What APL costs over ReLU in the same network, program by program. */
export function reluTable(rows: readonly StepRow[]): Table {
  const megabytes = (value: number | null): string => (value === null ? '-' : value.toFixed(1));
  return {
    header: ['model', 'S', 'program', 'APL ms', 'ReLU ms', 'APL/ReLU', 'APL processor ms', 'ReLU processor ms', 'APL/ReLU, processor', 'kept for backward, APL MB', 'ReLU MB', 'peak, APL MB', 'ReLU MB'],
    rows: rows.flatMap((row) => {
      const relu = rows.find((each) => each.model === row.model && each.segments === row.segments && each.arm === reluArm(programOf(row.arm).program));
      if (row.reluRatio === null || !relu) return [];
      return [[row.model, String(row.segments), row.arm, milliseconds(row.msMedian), milliseconds(relu.msMedian), row.reluRatio.toFixed(3), milliseconds(row.processorMs), milliseconds(relu.processorMs), (row.reluProcessorRatio ?? NaN).toFixed(3), megabytes(row.keptMB), megabytes(relu.keptMB), row.peakMemoryMB.toFixed(0), relu.peakMemoryMB.toFixed(0)]];
    }),
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
