import { check } from '@cuda-activations/tools/properties';
import * as fc from 'fast-check';
import { linear, logarithmic, stepOf } from './scale';

test('round ticks, ends at the ends', () => {
  const scale = linear([0.3, 2.1], 100, 0, 5);
  expect(scale.ticks.map(({ text }) => text)).toEqual(['0.5', '1', '1.5', '2']);
  expect([scale.at(0.3), scale.at(2.1), scale.at(1.2)]).toEqual([100, 0, expect.closeTo(50)]);
});

test.each([[0, 10, 5, 2], [0, 1, 5, 0.2], [3, 3.4, 4, 0.1], [0, 7e9, 4, 2e9]])('from %p to %p in %p steps of %p', (low, high, count, step) => { expect(stepOf(low, high, count)).toBeCloseTo(step); });

test('epochs have whole ticks, also where there is one', () => {
  expect(linear([1, 2], 0, 100, 5, true).ticks.map(({ value }) => value)).toEqual([1, 2]);
  expect(linear([7], 0, 100, 5, true).at(7)).toBe(50);
});

test('logarithms: powers, and more where there are few', () => {
  expect(logarithmic([1e-6, 1e6], 0, 100, 6).ticks.map(({ text }) => text)).toEqual(['1e-6', '1e-4', '0.01', '1', '100', '10000', '1e6']);
  expect(logarithmic([0.2, 2], 0, 100, 5).ticks.map(({ text }) => text)).toEqual(['0.2', '0.3', '0.5', '0.7', '1', '2']);
  expect(logarithmic([1, 100], 0, 100, 5).at(10)).toBeCloseTo(50);
  expect(logarithmic([0, -1, 5], 0, 100, 5).at(0)).toBeUndefined();
});

test('whatever the numbers, ticks are few, finite and on the page', () => {
  check(fc.property(fc.array(fc.double(), { maxLength: 6 }), fc.integer({ min: 2, max: 12 }), fc.boolean(), (values, count, whole) => {
    const finite = values.filter(Number.isFinite);
    for (const scale of [linear(finite, 0, 100, count, whole), logarithmic(finite, 0, 100, count)]) {
      expect(scale.ticks.length).toBeLessThanOrEqual(4 * count + 10);
      for (const { value, text } of scale.ticks) {
        expect(Number.isFinite(value)).toBe(true);
        expect(text.length).toBeLessThan(14);
        const at = scale.at(value);
        expect(at === undefined || (at >= -0.01 && at <= 100.01)).toBe(true);
      }
      for (const value of finite) expect([undefined, true]).toContain(scale.at(value) === undefined ? undefined : Number.isFinite(scale.at(value)));
    }
  }));
});
