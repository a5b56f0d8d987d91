import type { EpochMetrics, RunResult } from '../train/trainer';

/** Milliseconds of a training step with the project's activation and with TensorFlow.js's own, measured alternately. */
export interface StepTiming {
  readonly activation: string;
  /** Medians. */
  readonly fusedMs: number;
  readonly stockMs: number;
  /** Samples of each. */
  readonly samples: number;
}

/** A finished run, as the report shows it. */
export interface ReportRow {
  readonly runId: string;
  readonly activation: string;
  readonly optimizer: string;
  readonly result: RunResult;
  readonly metrics: readonly EpochMetrics[];
  readonly timing?: StepTiming;
}

/** What the report is about. */
export interface ReportSubject {
  readonly experiment: string;
  readonly title: string;
  readonly preset: string;
  readonly dataset: string;
  readonly synthetic: boolean;
  /** What a reader must know about the data. */
  readonly notes: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly rows: readonly ReportRow[];
  /** Runs that were planned but are not finished. */
  readonly missing: readonly string[];
}

/** A line that says what the numbers are of, for every heading and figure. */
export function provenance({ dataset, synthetic, preset, config }: ReportSubject): string {
  const data = synthetic ? `embedded procedural images, NOT a benchmark: ${dataset}` : dataset;
  return `${data}; preset ${preset}; seed ${String(config['seed'])}`;
}
