import { confusionMatrix, scoresOf } from './scores';
import type { EvaluationSplit, TrainingProgram } from './program';

/** Scores of one part of the data set. */
export interface Evaluation {
  /** Mean of the batches' mean losses: a short last batch has full weight, as in the authors' code. */
  readonly loss: number;
  /** Percent. */
  readonly accuracy: number;
  /** Macro F1, 0 to 1. */
  readonly f1: number;
  /** Counts of (true class, predicted class), row by row, where they are kept. */
  readonly confusion?: readonly number[];
}

/** Evaluates one part of the data set in order. `beforeBatch` may throw to stop. */
export async function evaluate(program: TrainingProgram, split: EvaluationSplit, batchSize: number, beforeBatch: () => Promise<void>, keepConfusion = false): Promise<Evaluation> {
  const labels = program.labels(split);
  const predictions = new Int32Array(labels.length);
  let loss = 0;
  let batches = 0;
  for (let from = 0; from < labels.length; from += batchSize) {
    await beforeBatch();
    const to = Math.min(from + batchSize, labels.length);
    const batch = await program.evaluateBatch(split, from, to);
    loss += batch.loss;
    predictions.set(batch.predictions, from);
    batches += 1;
  }
  const matrix = confusionMatrix(labels, predictions, program.classes);
  const { accuracy, f1 } = scoresOf(matrix, program.classes);
  return { loss: loss / batches, accuracy, f1, ...(keepConfusion && { confusion: Array.from(matrix) }) };
}
