import type { Measurement } from '../alternate';
import { pairedRatio } from '../statistics';
import type { ArmName } from './arms';
import type { ModelName } from './models';

/** A measurement, as it is written to JSON and CSV. */
export interface StepRow {
  readonly model: ModelName;
  readonly batch: number;
  readonly arm: ArmName;
  /** Median of the samples, milliseconds of a step until its loss was read. */
  readonly msMedian: number;
  /** Shortest single step. */
  readonly msMin: number;
  /** Interquartile range over the median. */
  readonly spread: number;
  /** Largest resident memory of the arm's process from its start, in MB (2^20 bytes). */
  readonly peakMemoryMB: number;
  /** Median over rounds of ours by this arm's time: below 1 ours is faster. */
  readonly oursRatio: number;
  /** Peak memory of ours by this arm's. */
  readonly oursMemoryRatio: number;
  readonly samples: number;
  /** Steps of a sample. */
  readonly iterations: number;
}

export interface MeasuredArm {
  readonly arm: ArmName;
  readonly measurement: Measurement;
  readonly minMs: number;
  readonly peakMemoryMB: number;
}

/** The rows of a model. */
export function rowsOf(model: ModelName, batch: number, arms: readonly MeasuredArm[]): readonly StepRow[] {
  const ours = arms.find(({ arm }) => arm === 'ours');
  if (!ours) throw new Error('rows: expected an arm "ours"');
  return arms.map(({ arm, measurement, minMs, peakMemoryMB }) => ({
    model,
    batch,
    arm,
    msMedian: measurement.median,
    msMin: minMs,
    spread: measurement.spread,
    peakMemoryMB,
    oursRatio: pairedRatio(ours.measurement, measurement),
    oursMemoryRatio: ours.peakMemoryMB / peakMemoryMB,
    samples: measurement.samples.length,
    iterations: measurement.iterations,
  }));
}
