import { confusionMatrix, macroF1 } from './scores';
import type { EvaluationSplit, TrainingProgram } from './program';

/** Scores of one part of the data set. */
export interface Evaluation {
  /** Mean of the batches' mean losses: a short last batch has full weight, as in the authors' code. */
  readonly loss: number;
  /** Percent. */
  readonly accuracy: number;
  /** Macro F1, 0 to 1. */
  readonly f1: number;
}

/** Evaluates one part of the data set in order. `beforeBatch` may throw to stop. */
export async function evaluate(program: TrainingProgram, split: EvaluationSplit, batchSize: number, beforeBatch: () => Promise<void>): Promise<Evaluation> {
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
  let correct = 0;
  for (let c = 0; c < program.classes; c++) correct += matrix[c * program.classes + c] ?? 0;
  return { loss: loss / batches, accuracy: (100 * correct) / labels.length, f1: macroF1(matrix, program.classes) };
}
