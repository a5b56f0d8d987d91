import { parseRanges, rangesOf } from './ranges';

test('numbers as ranges, and back', () => {
  for (const numbers of [[], [0], [0, 1, 2], [3, 5, 6, 9], Array.from({ length: 5000 }, (_, i) => i * 2)]) {
    if (numbers.length > 0) expect(parseRanges(rangesOf(numbers), 'items')).toEqual(numbers);
  }
  expect(rangesOf([0, 1, 2, 4, 7, 8])).toBe('0-2,4,7-8');
});

test.each(['', '1-', '-1', '3-1', '1,,2', '1;2', '1 - 2', '99999999999'])('"%s" is none', (text) => {
  expect(() => parseRanges(text, 'items')).toThrow(`items: expected ranges such as 0-9,11, got "${text}"`);
});
