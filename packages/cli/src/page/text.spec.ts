import { ago, figure, percent, visible, whole } from './text';

test.each([
  ['plain ünïcödé 🎉 <b>', 'plain ünïcödé 🎉 <b>'],
  ['new\nline\ttab', 'new\\u{a}line\\u{9}tab'],
  ['\u001b[31mred\u0007\u0000\u007f\u009b', '\\u{1b}[31mred\\u{7}\\u{0}\\u{7f}\\u{9b}'],
  ['\u202eexe\u2066\u200b\ufeff', '\\u{202e}exe\\u{2066}\\u{200b}\\u{feff}'],
])('%j is shown as %j', (text, shown) => { expect(visible(text)).toBe(shown); });

test.each([[null, '–'], [0, '0.000'], [0.69314718, '0.6931'], [12.3456, '12.35'], [-1.5, '-1.500'], [1234.5, '1235'], [0.00012345, '1.23e-4'], [1e5, '1.00e+5'], [1e308, '1.00e+308'], [5e-324, '4.94e-324']])('%p is shown as %s', (value, shown) => { expect(figure(value)).toBe(shown); });

test.each([[null, '–'], [99.999, '100.00'], [0, '0.00'], [-3.14159, '-3.14'], [1e300, '1.00e+300']])('%p %% is shown as %s', (value, shown) => { expect(percent(value)).toBe(shown); });

test.each([[12_345, '12,345'], [0, '0'], [1e300, '1.00e+300'], [2.6, '3']])('%p as a whole number is %s', (value, shown) => { expect(whole(value)).toBe(shown); });

test.each([[0, ''], [NaN, ''], [1e6 - 3000, '3 s'], [1e6 + 5000, '0 s'], [1e6 - 120_000, '2 min']])('%p was %s ago', (time, shown) => { expect(ago(time, 1e6)).toBe(shown); });
test('hours and days', () => {
  expect(ago(1e9, 1e9 + 3 * 3_600_000)).toBe('3 h');
  expect(ago(1e9, 1e9 + 50 * 3_600_000)).toBe('2 d');
});
