import { holm } from './holm';
import { pairedComparison } from './paired';
import { meanAndDeviation } from './summary';

/** Student's sleep data (1908): hours of sleep gained by ten patients with each of two drugs; R's data set `sleep`. */
const FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe('pairedComparison', () => {
  it('gives the published values of the sleep data: t.test(paired = TRUE) in R', () => {
    const { count, difference, interval, p } = pairedComparison(FIRST, SECOND);
    expect([count, difference]).toEqual([10, expect.closeTo(-1.58, 10)]);
    expect(interval).toEqual([expect.closeTo(-2.4598858, 6), expect.closeTo(-0.7001142, 6)]);
    expect(p).toBeCloseTo(0.002833, 6);
  });

  it('changes sign and nothing else when the two are swapped', () => {
    const [forward, backward] = [pairedComparison(FIRST, SECOND), pairedComparison(SECOND, FIRST)];
    expect(backward.difference).toBeCloseTo(-forward.difference, 12);
    expect(backward.p).toBeCloseTo(forward.p ?? NaN, 12);
  });

  it('widens with the confidence', () => {
    const width = (confidence: number) => {
      const [low, high] = pairedComparison(FIRST, SECOND, confidence).interval ?? [NaN, NaN];
      return high - low;
    };
    // t quantiles for 9 degrees of freedom: 3.2498 at 99 %, 2.2622 at 95 %.
    expect(width(0.99) / width(0.95)).toBeCloseTo(3.2498 / 2.2622, 4);
  });

  it('says no more than the data do', () => {
    expect(pairedComparison([3], [1])).toEqual({ count: 1, difference: 2, interval: null, p: null });
    expect(pairedComparison([1, 2], [1, 2])).toEqual({ count: 2, difference: 0, interval: [0, 0], p: 1 });
    expect(pairedComparison([2, 3], [1, 2]).p).toBe(0);
    expect(() => pairedComparison([1], [1, 2])).toThrow('second: expected as many values as first (1, at least 1), got 2');
    expect(() => pairedComparison([], [])).toThrow(/got 0/);
    expect(() => pairedComparison([1, 2], [1, 2], 95)).toThrow('confidence: expected a number between 0 and 1, got 95');
  });
});

describe('holm', () => {
  it("gives the values of R's p.adjust(method = 'holm')", () => {
    expect(holm([0.01, 0.02, 0.03, 0.04])).toEqual([0.04, 0.06, 0.06, 0.06].map((p) => expect.closeTo(p, 12) as number));
    expect(holm([0.04, 0.001, 0.03])).toEqual([0.06, 0.003, 0.06].map((p) => expect.closeTo(p, 12) as number));
  });

  it('stops at 1, keeps the order, and leaves out what was not tested', () => {
    expect(holm([0.9, null, 0.6])).toEqual([1, null, 1]);
    expect(holm([])).toEqual([]);
    expect(() => holm([2])).toThrow('values: expected numbers from 0 to 1, got 2');
  });
});

test('mean and sample standard deviation', () => {
  expect(meanAndDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ count: 8, mean: 5, deviation: expect.closeTo(Math.sqrt(32 / 7), 12) as number });
  expect(meanAndDeviation([3])).toEqual({ count: 1, mean: 3, deviation: NaN });
  expect(() => meanAndDeviation([])).toThrow('values: expected at least one, got none');
});
