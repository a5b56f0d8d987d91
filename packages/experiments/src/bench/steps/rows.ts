import type { Measurement } from '../alternate';
import { pairedRatio } from '../statistics';
import { programOf, reluArm, type ArmName } from './arms';
import type { NetworkName } from './models';

/** A measurement, as it is written to JSON and CSV. */
export interface StepRow extends NetworkName {
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
  /** What the backward pass keeps of the forward one, in MB, by the graph of a compiled step; null for others. */
  readonly keptMB: number | null;
  /** Median over rounds of ours by this arm's time: below 1 ours is faster. */
  readonly oursRatio: number;
  /** Peak memory of ours by this arm's. */
  readonly oursMemoryRatio: number;
  /** Median over rounds of this arm's time by that of the same program with ReLU; null without APL. */
  readonly reluRatio: number | null;
  readonly samples: number;
  /** Steps of a sample. */
  readonly iterations: number;
}

export interface MeasuredArm {
  readonly arm: ArmName;
  readonly measurement: Measurement;
  readonly minMs: number;
  readonly peakMemoryMB: number;
  readonly keptMB: number | null;
}

/** The rows of a model. */
export function rowsOf({ model, segments }: NetworkName, batch: number, arms: readonly MeasuredArm[]): readonly StepRow[] {
  const ours = arms.find(({ arm }) => arm === 'ours');
  if (!ours) throw new Error('rows: expected an arm "ours"');
  const overRelu = ({ arm, measurement }: MeasuredArm): number | null => {
    const relu = arms.find((each) => each.arm === reluArm(programOf(arm).program));
    return relu && relu.arm !== arm ? pairedRatio(measurement, relu.measurement) : null;
  };
  return arms.map((each) => ({
    model,
    segments,
    batch,
    arm: each.arm,
    msMedian: each.measurement.median,
    msMin: each.minMs,
    spread: each.measurement.spread,
    peakMemoryMB: each.peakMemoryMB,
    keptMB: each.keptMB,
    oursRatio: pairedRatio(ours.measurement, each.measurement),
    oursMemoryRatio: ours.peakMemoryMB / each.peakMemoryMB,
    reluRatio: overRelu(each),
    samples: each.measurement.samples.length,
    iterations: each.measurement.iterations,
  }));
}
