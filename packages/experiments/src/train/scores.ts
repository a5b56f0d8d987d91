/**
 * Counts of (true class, predicted class), row by row.
 * @returns classes x classes counts
 */
export function confusionMatrix(labels: ArrayLike<number>, predictions: ArrayLike<number>, classes: number): Int32Array {
  if (labels.length !== predictions.length) throw new RangeError(`predictions: expected ${labels.length} values, got ${predictions.length}`);
  const matrix = new Int32Array(classes * classes);
  for (let i = 0; i < labels.length; i++) {
    const cell = Number(labels[i]) * classes + Number(predictions[i]);
    matrix[cell] = (matrix[cell] ?? 0) + 1;
  }
  return matrix;
}

/** Scores of a confusion matrix. */
export interface Scores {
  /** Percent. */
  readonly accuracy: number;
  /** The plain mean of the classes' F1, over the classes that occur as a label or a prediction. */
  readonly f1: number;
  /** The mean weighted by the classes' labels. */
  readonly weightedF1: number;
  /** Matthews' correlation coefficient, -1 to 1; 0 where one class alone is labelled or predicted. */
  readonly mcc: number;
  /** Predictions by class. */
  readonly predicted: readonly number[];
  /** What the constant prediction of the most frequent class gets, percent. */
  readonly majority: number;
}

/**
 * Scores as scikit-learn's `accuracy_score`, `f1_score(zero_division=0)` with `average="macro"` and `"weighted"`, and `matthews_corrcoef`.
 * @param matrix as {@link confusionMatrix} counts, of at least one sample
 */
export function scoresOf(matrix: ArrayLike<number>, classes: number): Scores {
  const all = Array.from({ length: classes }, (_, c) => c);
  const at = (row: number, column: number): number => matrix[row * classes + column] ?? 0;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const labelled = all.map((c) => sum(all.map((other) => at(c, other))));
  const predicted = all.map((c) => sum(all.map((other) => at(other, c))));
  const count = sum(labelled);
  const correct = sum(all.map((c) => at(c, c)));
  const f1 = all.map((c) => ((labelled[c] ?? 0) + (predicted[c] ?? 0) === 0 ? 0 : (2 * at(c, c)) / ((labelled[c] ?? 0) + (predicted[c] ?? 0))));
  const present = all.filter((c) => (labelled[c] ?? 0) + (predicted[c] ?? 0) > 0).length;
  const products = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, c) => value * (b[c] ?? 0)));
  const spread = Math.sqrt((count ** 2 - products(predicted, predicted)) * (count ** 2 - products(labelled, labelled)));
  return {
    accuracy: (100 * correct) / count,
    f1: present === 0 ? 0 : sum(f1) / present,
    weightedF1: products(f1, labelled) / count,
    mcc: spread === 0 ? 0 : (correct * count - products(labelled, predicted)) / spread,
    predicted,
    majority: (100 * Math.max(...labelled)) / count,
  };
}
