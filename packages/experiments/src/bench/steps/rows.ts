import type { Measurement } from '../alternate';
import { pairedRatio, type Summary } from '../statistics';
import { programOf, reluArm, type ArmName } from './arms';
import type { NetworkName } from './models';

/** A measurement, as it is written to JSON and CSV. */
export interface StepRow extends NetworkName {
  readonly batch: number;
  readonly arm: ArmName;
  /** Median of the samples, milliseconds of a step until its loss was read. */
  readonly msMedian: number;
  /** Median of the samples, milliseconds of the processor over all threads: what other work on the machine does not lengthen by waiting. */
  readonly processorMs: number;
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
  /** The same of processor times. */
  readonly reluProcessorRatio: number | null;
  readonly samples: number;
  /** Steps of a sample. */
  readonly iterations: number;
}

export interface MeasuredArm {
  readonly arm: ArmName;
  readonly measurement: Measurement;
  /** Processor milliseconds of a step, sample by sample. */
  readonly processor: Summary;
  readonly minMs: number;
  readonly peakMemoryMB: number;
  readonly keptMB: number | null;
}

/** The rows of a model. */
export function rowsOf({ model, segments }: NetworkName, batch: number, arms: readonly MeasuredArm[]): readonly StepRow[] {
  const ours = arms.find(({ arm }) => arm === 'ours');
  if (!ours) throw new Error('rows: expected an arm "ours"');
  const overRelu = (each: MeasuredArm, time: (arm: MeasuredArm) => Summary): number | null => {
    const relu = arms.find(({ arm }) => arm === reluArm(programOf(each.arm).program));
    return relu && relu !== each ? pairedRatio(time(each), time(relu)) : null;
  };
  return arms.map((each) => ({
    model,
    segments,
    batch,
    arm: each.arm,
    msMedian: each.measurement.median,
    processorMs: each.processor.median,
    msMin: each.minMs,
    spread: each.measurement.spread,
    peakMemoryMB: each.peakMemoryMB,
    keptMB: each.keptMB,
    oursRatio: pairedRatio(ours.measurement, each.measurement),
    oursMemoryRatio: ours.peakMemoryMB / each.peakMemoryMB,
    reluRatio: overRelu(each, ({ measurement }) => measurement),
    reluProcessorRatio: overRelu(each, ({ processor }) => processor),
    samples: each.measurement.samples.length,
    iterations: each.measurement.iterations,
  }));
}
