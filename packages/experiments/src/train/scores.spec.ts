import { confusionMatrix, scoresOf } from './scores';

test('macro F1 against a hand computation', () => {
  // labels 0 0 0 1 1 2, predicted 0 0 1 1 2 2
  const matrix = confusionMatrix([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2], 3);
  expect([...matrix]).toEqual([2, 1, 0, 0, 1, 1, 0, 0, 1]);
  // class 0: precision 1, recall 2/3, F1 4/5; class 1: 1/2, 1/2, 1/2; class 2: 1/2, 1, 2/3.
  expect(scoresOf(matrix, 3).f1).toBeCloseTo((4 / 5 + 1 / 2 + 2 / 3) / 3, 12);
});

test('a constant prediction: the F1 of one class, divided by all', () => {
  // Ten balanced classes, all predicted as class 0: F1 of class 0 is 2 * 0.1 * 1 / 1.1.
  const labels = Array.from({ length: 100 }, (_, i) => i % 10);
  expect(scoresOf(confusionMatrix(labels, new Array<number>(100).fill(0), 10), 10).f1).toBeCloseTo((2 * 0.1) / 1.1 / 10, 12);
});

test('a class that neither occurs nor is predicted is left out', () => {
  expect(scoresOf(confusionMatrix([0, 1], [0, 1], 10), 10).f1).toBe(1);
});

test('lengths must agree', () => {
  expect(() => confusionMatrix([0, 1], [0], 2)).toThrow('predictions: expected 2 values, got 1');
});

test('two classes by hand: weighted F1, correlation, the majority', () => {
  // 6 negative of which 5 hit, 4 positive of which 2 hit.
  const scores = scoresOf([5, 1, 2, 2], 2);
  const [negative, positive] = [10 / 13, 4 / 7];
  expect(scores).toMatchObject({ accuracy: 70, predicted: [7, 3], majority: 60 });
  expect(scores.weightedF1).toBeCloseTo(0.6 * negative + 0.4 * positive, 12);
  expect(scores.f1).toBeCloseTo((negative + positive) / 2, 12);
  // (TP TN - FP FN) / sqrt((TP + FP)(TP + FN)(TN + FP)(TN + FN))
  expect(scores.mcc).toBeCloseTo((2 * 5 - 1 * 2) / Math.sqrt(3 * 4 * 6 * 7), 12);
});

test("the constant prediction has the paper's numbers of the activations that did not learn", () => {
  const constant = (count: number) => scoresOf([0, 1000 - count, 0, count], 2);
  expect(constant(708)).toMatchObject({ accuracy: 70.8, majority: 70.8, mcc: 0 });
  expect(constant(708).weightedF1).toBeCloseTo(0.587, 3);
  expect(constant(558).weightedF1).toBeCloseTo(0.3997, 4);
});
