import { compareWithBaseline } from './compare';

const samples = (condition: string, values: readonly number[]) => values.map((value, seed) => ({ condition, seed, value }));

test('pairs by seed whatever the order, and adjusts over the conditions that were tested', () => {
  const all = [...samples('relu', [60, 61, 62]), ...samples('elu', [63, 64.5, 65]).reverse(), ...samples('selu', [60, 61.5, 61.8])];
  const [relu, elu, selu] = compareWithBaseline(all, 'relu');
  expect(relu).toMatchObject({ condition: 'relu', comparison: undefined, adjustedP: null, summary: { count: 3, mean: 61 } });
  expect(elu?.comparison).toMatchObject({ count: 3, difference: expect.closeTo(3.1666667, 6) as number });
  // 3.5, 3, 3: t = 19, two degrees of freedom; the smaller of two p values is doubled.
  expect(elu?.comparison?.p).toBeCloseTo(0.002759, 5);
  expect(elu?.adjustedP).toBeCloseTo(0.005518, 5);
  expect(selu?.adjustedP).toBeCloseTo(selu?.comparison?.p ?? NaN, 12);
});

test('only seeds that both have are compared', () => {
  const [, elu] = compareWithBaseline([...samples('relu', [60, 61]), ...samples('elu', [61, 62, 99])], 'relu');
  expect(elu?.comparison).toMatchObject({ count: 2, difference: 1 });
  expect(elu?.summary.count).toBe(3);
});

test('without the baseline there is no comparison; a seed twice is refused', () => {
  expect(compareWithBaseline(samples('elu', [1, 2]), 'relu')[0]).toMatchObject({ comparison: undefined, adjustedP: null });
  expect(() => compareWithBaseline([...samples('elu', [1]), ...samples('elu', [2])], 'relu')).toThrow('samples: expected one of elu with seed 0, got two');
});
