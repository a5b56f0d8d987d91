import { median, pairedRatio, quantile, summarise } from './statistics';

test('quantiles interpolate, and do not depend on the order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([10, 0], 0.25)).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('the spread is the interquartile range over the median', () => {
  const { min, median: middle, spread } = summarise([1, 2, 3, 4, 5]);
  expect([min, middle, spread]).toEqual([1, 3, 2 / 3]);
});

test('a ratio is taken within each round', () => {
  // The machine was ten times slower in the second and third round; medians of the arms alone would say 10.
  expect(pairedRatio(summarise([2, 20, 20]), summarise([1, 10, 10]))).toBe(2);
  expect(pairedRatio(summarise([2, 20, 2]), summarise([1, 10, 1]))).toBe(2);
});
