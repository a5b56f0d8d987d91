import { confusionMatrix, macroF1 } from './scores';

test('macro F1 against a hand computation', () => {
  // labels 0 0 0 1 1 2, predicted 0 0 1 1 2 2
  const matrix = confusionMatrix([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2], 3);
  expect([...matrix]).toEqual([2, 1, 0, 0, 1, 1, 0, 0, 1]);
  // class 0: precision 1, recall 2/3, F1 4/5; class 1: 1/2, 1/2, 1/2; class 2: 1/2, 1, 2/3.
  expect(macroF1(matrix, 3)).toBeCloseTo((4 / 5 + 1 / 2 + 2 / 3) / 3, 12);
});

test('a constant prediction: the F1 of one class, divided by all', () => {
  // Ten balanced classes, all predicted as class 0: F1 of class 0 is 2 * 0.1 * 1 / 1.1.
  const labels = Array.from({ length: 100 }, (_, i) => i % 10);
  expect(macroF1(confusionMatrix(labels, new Array<number>(100).fill(0), 10), 10)).toBeCloseTo((2 * 0.1) / 1.1 / 10, 12);
});

test('a class that neither occurs nor is predicted is left out', () => {
  expect(macroF1(confusionMatrix([0, 1], [0, 1], 10), 10)).toBe(1);
});

test('lengths must agree', () => {
  expect(() => confusionMatrix([0, 1], [0], 2)).toThrow('predictions: expected 2 values, got 1');
});
