import { runCli } from '../testing/run_cli';
import { brailleChart } from './braille';

test('the numbers are the functions', async () => {
  const [curve] = JSON.parse((await runCli('plot', 'leakyRelu:negativeSlope=0.5', '--range=-2,2', '--samples=5', '--json')).out) as { x: number[]; value: number[]; derivative: number[] }[];
  expect(curve).toMatchObject({ x: [-2, -1, 0, 1, 2], value: [-1, -0.5, 0, 1, 2], derivative: [0.5, 0.5, 0.5, 1, 1] });
});

test('without a parameter the default is the registry\'s', async () => {
  const [curve] = JSON.parse((await runCli('plot', 'leaky_relu', '--range=-1,1', '--samples=2', '--json')).out) as { value: number[] }[];
  expect(curve?.value).toEqual([-0.2, 1]);
});

test('a diagonal in braille runs from corner to corner, its ends labelled', () => {
  const chart = brailleChart(Float64Array.of(0, 1), Float64Array.of(0, 1), 13, 2).split('\n');
  expect(chart[0]).toMatch(/^1 │⠀+.$/);
  expect(chart[1]).toMatch(/^0 │⡀/);
  expect(chart.at(-1)?.trim()).toMatch(/^0 +1$/);
});

test('a constant is a line', () => {
  expect(brailleChart(Float64Array.of(0, 0.5, 1), Float64Array.of(3, 3, 3), 14, 3).split('\n').slice(0, 3).join('')).toMatch(/[\u2801-\u28ff]/);
});

test.each([
  [['plot', 'swiglu'], /swiglu is of family gated, expected pointwise/],
  [['plot', 'relu', '--output=x.pdf'], /output: expected a file that ends with \.svg or \.png, got x\.pdf/],
  [['plot', 'relu', '--range=3,1'], /range: expected two numbers in order/],
  [['plot', 'elu:alpha'], /expected name:parameter=value/],
])('%j is refused', async (argv, message) => {
  const { code, err } = await runCli(...argv);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
