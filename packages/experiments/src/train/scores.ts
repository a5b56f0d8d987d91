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

/**
 * Macro-averaged F1, as scikit-learn's `f1_score(average="macro", zero_division=0)`: the plain mean of the classes' F1 over the
 * classes that occur as a label or a prediction; a class that is never hit has F1 0.
 * @returns a fraction, 0 to 1
 */
export function macroF1(matrix: Int32Array, classes: number): number {
  let sum = 0;
  let present = 0;
  for (let c = 0; c < classes; c++) {
    let labelled = 0;
    let predicted = 0;
    for (let other = 0; other < classes; other++) {
      labelled += matrix[c * classes + other] ?? 0;
      predicted += matrix[other * classes + c] ?? 0;
    }
    if (labelled + predicted === 0) continue;
    present += 1;
    sum += (2 * (matrix[c * classes + c] ?? 0)) / (labelled + predicted);
  }
  return present === 0 ? 0 : sum / present;
}
