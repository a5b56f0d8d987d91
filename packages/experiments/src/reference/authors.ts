import file from './authors_curves.json';

/** One epoch of the authors' printed log: losses to 3 decimals, accuracies in percent to 2. */
export interface AuthorsEpoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly valLoss: number;
  readonly trainAccuracy: number;
  readonly valAccuracy: number;
  readonly valF1: number;
  /** Wall time of the training part on their T4. */
  readonly seconds: number;
}

/** One of the authors' 40 runs of the CNN and ResNet-50. */
export interface AuthorsRun {
  readonly experiment: string;
  readonly optimizer: string;
  readonly activation: string;
  readonly stoppedEarly: boolean;
  readonly epochs: readonly AuthorsEpoch[];
}

/** Where the curves are from. */
export const AUTHORS_SOURCE = file.source;

/** All 40 runs. */
export const AUTHORS_RUNS: readonly AuthorsRun[] = file.runs.map(({ experiment, optimizer, activation, stoppedEarly, curves }) => ({
  experiment,
  optimizer,
  activation,
  stoppedEarly,
  epochs: (curves[0] ?? []).map((_, i) => ({ epoch: i + 1, ...Object.fromEntries(file.columns.map((column, c) => [column, curves[c]?.[i] ?? NaN])) }) as unknown as AuthorsEpoch),
}));

/** A run of the authors; undefined where they made none. */
export function authorsRun(experiment: string, optimizer: string, activation: string): AuthorsRun | undefined {
  return AUTHORS_RUNS.find((run) => run.experiment === experiment && run.optimizer === optimizer && run.activation === activation);
}
