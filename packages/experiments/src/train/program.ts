import type { StoredArrays } from '../runs/safetensors';

/** What one training step measured, before its update. */
export interface StepResult {
  /** Mean loss of the batch. */
  readonly loss: number;
  readonly correct: number;
  /** L2 norm of the batch's gradient by parameter, where asked for. */
  readonly gradientNorms?: Readonly<Record<string, number>>;
}

/** What one batch measured without training. */
export interface EvaluationResult {
  readonly loss: number;
  readonly predictions: ArrayLike<number>;
}

/** Parts of a data set that are evaluated. */
export type EvaluationSplit = 'validation' | 'test';

/** A model with its optimiser and its data, as the training loop sees it. Positions index the training part of the split. */
export interface TrainingProgram {
  readonly trainCount: number;
  readonly classes: number;
  /** Labels of an evaluated part, in order. */
  labels(split: EvaluationSplit): ArrayLike<number>;
  /** One step of the optimiser on the images at `positions`. */
  trainStep(positions: Int32Array, gradientNorms: boolean): Promise<StepResult>;
  /** Loss and predictions of images `from` to `to` (exclusive) of a part, in evaluation mode. */
  evaluateBatch(split: EvaluationSplit, from: number, to: number): Promise<EvaluationResult>;
  /** Weights, statistics and optimiser slots: all that training changes. */
  save(): Promise<StoredArrays>;
  restore(arrays: StoredArrays): Promise<void>;
  dispose(): void;
}

/** Where the order of the batches comes from. */
export interface BatchOrder<State> {
  /** The order of one epoch over `count` training images. */
  shuffled(count: number): Int32Array;
  /** An evaluation pass begins: some generators advance by that. */
  sequential(): void;
  state(): State;
}
