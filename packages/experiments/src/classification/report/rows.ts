import type { Evaluation } from '../../train/evaluate';
import type { EpochMetrics, RunResult } from '../../train/trainer';
import type { ChosenRate } from '../tuning';

/** Milliseconds of a training step with the project's activation and with TensorFlow.js's own, measured alternately. */
export interface StepTiming {
  readonly activation: string;
  /** Medians. */
  readonly fusedMs: number;
  /** Null for a learned activation: TensorFlow.js has none of its own. */
  readonly stockMs: number | null;
  /** Samples of each. */
  readonly samples: number;
}

/** A finished run, as the report shows it. */
export interface ReportRow {
  readonly runId: string;
  readonly activation: string;
  readonly optimizer: string;
  readonly seed: number;
  readonly learningRate: number;
  readonly perturbation: number;
  readonly result: RunResult & { readonly test: Evaluation };
  readonly metrics: readonly EpochMetrics[];
}

/** What the report is about. */
export interface ReportSubject {
  readonly experiment: string;
  readonly title: string;
  readonly preset: string;
  readonly dataset: string;
  readonly synthetic: boolean;
  /** What the data set is of. Default: images. */
  readonly samples?: 'images' | 'sentences';
  /** Whether the paper's numbers may stand beside ours: the authors' protocol on their images, whole or in its first epochs. */
  readonly comparable: 'whole' | 'first epochs' | 'no';
  /** What a reader must know about the data. */
  readonly notes: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, unknown>>;
  /** Ours, and copies whose first weight was moved. */
  readonly rows: readonly ReportRow[];
  readonly timings: readonly StepTiming[];
  /** Learning rates that were searched for. */
  readonly chosen: readonly ChosenRate[];
  /** Runs that were planned but are not finished. */
  readonly missing: readonly string[];
}

/** A line that says what the numbers are of, for every heading and figure. */
export function provenance({ dataset, synthetic, samples = 'images', preset, config }: ReportSubject): string {
  const data = synthetic ? `embedded procedural ${samples}, NOT a benchmark: ${dataset}` : dataset;
  const seeds = config['seeds'] as readonly number[];
  const limit = config['trainLimit'] as number | undefined;
  const images = limit === undefined || limit === 0 ? '' : `; ${limit} training images at most`;
  return `${data}; preset ${preset}${images}; ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
}

/** The runs themselves, without the moved copies. */
export function unmoved({ rows }: Pick<ReportSubject, 'rows'>): readonly ReportRow[] {
  return rows.filter(({ perturbation }) => perturbation === 0);
}

/** Distinct values in the order of their first appearance. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

/** The optimisers of a report, in order. */
export const optimizersOf = ({ rows }: Pick<ReportSubject, 'rows'>): string[] => distinct(rows.map(({ optimizer }) => optimizer));

/** The activations of a report, in order. */
export const activationsOf = ({ rows }: Pick<ReportSubject, 'rows'>): string[] => distinct(rows.map(({ activation }) => activation));
