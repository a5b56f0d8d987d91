import { type FloatArray, listActivations, logSoftmax, type RowwiseFunction, softmax, sparsemax } from '../index';
import { rowwise as table, type RowwiseName } from '../generated/activations';
import { farthest } from '../testing/compare';
import { rowGradient, rowsOf, rowValue } from '../testing/row_reference';
import { normal } from '../testing/samples';
import { fromBits } from '../testing/ulp';

const functions: readonly (readonly [RowwiseName, RowwiseFunction])[] = [
  ['softmax', softmax],
  ['log_softmax', logSoftmax],
  ['sparsemax', sparsemax],
];
const epsilon = 2 ** -23;

/** Scales of the stated errors, see activations.json. */
const valueScale: Readonly<Record<RowwiseName, (y: number) => number>> = { softmax: (y) => y, log_softmax: (y) => Math.max(1, Math.abs(y)), sparsemax: () => 1 };
function gradientScale(name: RowwiseName, y: readonly number[], dy: readonly number[], i: number): number {
  const sum = (terms: readonly number[]): number => terms.reduce((total, v) => total + Math.abs(v), 0);
  const [yi, size] = [y[i] ?? NaN, Math.abs(dy[i] ?? NaN)];
  if (name === 'softmax') return yi * (size + sum(dy.map((g, j) => g * (y[j] ?? NaN))));
  if (name === 'log_softmax') return size + Math.exp(yi) * sum(dy);
  const members = dy.filter((_, j) => (y[j] ?? NaN) > 0);
  return size + sum(members) / Math.max(1, members.length);
}

test('every row-wise activation of the table is here', () => {
  expect(listActivations('rowwise').map(({ name }) => name)).toEqual(functions.map(([name]) => name));
});

describe.each(functions)('%s', (name, f) => {
  const { forward, backward } = table[name].epsilons;

  test.each([1, 2, 3, 7, 10, 31, 32, 33, 64, 100, 257, 1000, 9001])('rows of %i within the stated error', (rowLength) => {
    const rows = rowLength > 1000 ? 2 : 35;
    const x = normal(rows * rowLength, 1, 3);
    const dy = normal(rows * rowLength, 2);
    const y = f(x, { rowLength });
    const dx = f.gradientFromOutput(y, dy, { rowLength });
    const [ys, dys] = [rowsOf(y, rowLength), rowsOf(dy, rowLength)];
    const exact = rowsOf(x, rowLength).flatMap((row) => rowValue(name, row));
    expect(farthest(x, y, (_, i) => exact[i] ?? NaN, (actual, expected) => Math.abs(actual - expected) / (valueScale[name](expected) * epsilon + 2 ** -148), forward)).toBeNull();
    // The Jacobian takes a row's square: some rows of the long ones.
    const kept = rowLength > 1000 ? [] : ys.slice(0, 5);
    kept.forEach((row, r) => {
      const up = dys[r] ?? [];
      const gradient = rowGradient(name, row, up);
      gradient.forEach((expected, i) => {
        expect(Math.abs((dx[r * rowLength + i] ?? NaN) - expected)).toBeLessThanOrEqual(backward * epsilon * gradientScale(name, row, up, i) + 2 ** -148);
      });
    });
    expect(f.gradient(x, dy, { rowLength })).toEqual(dx);
  });

  test('all of x is one row by default, and outputs may be inputs', () => {
    const [x, dy] = [normal(50, 3), normal(50, 4)];
    const y = f(x);
    expect(y).toEqual(f(x, { rowLength: 50 }));
    const dx = f.gradientFromOutput(y, dy);
    expect(f.gradient(x, dy, { output: x })).toBe(x);
    expect(x).toEqual(dx);
    expect(f.gradientFromOutput(y, dy, { output: dy })).toEqual(dx);
    expect(f(y, { output: y })).toBe(y);
  });

  test.each<[string, number[]]>([
    ['NaN', [1, NaN, 2]],
    ['+Infinity', [1, Infinity, 2]],
    ['nothing but -Infinity', [-Infinity, -Infinity]],
  ])('a row with %s is NaN, the next one is not', (_, row) => {
    const x = Float32Array.from([...row, ...row.map((__, i) => i)]);
    const y = f(x, { rowLength: row.length });
    expect(Array.from(y.subarray(0, row.length))).toEqual(row.map(() => NaN));
    expect(Array.from(y.subarray(row.length)).some(Number.isNaN)).toBe(false);
  });

  test('-Infinity beside a finite number', () => {
    const y = f(Float32Array.of(-Infinity, 0.5, -Infinity));
    expect(Array.from(y)).toEqual(name === 'log_softmax' ? [-Infinity, 0, -Infinity] : [0, 1, 0]);
  });

  test('float64, and 16-bit floats', () => {
    const x = Float64Array.from(normal(60, 5, 2));
    const exact = rowsOf(x, 12).flatMap((row) => rowValue(name, row));
    expect(farthest(x, f(x, { rowLength: 12 }), (_, i) => exact[i] ?? NaN, (actual, expected) => Math.abs(actual - expected), 1e-14)).toBeNull();
    const bits = new Uint16Array([0x3c00, 0x3800, 0xbc00]); // 1, 0.5, -1
    const half = f(bits, { dtype: 'float16' });
    const expected = rowValue(name, [1, 0.5, -1]);
    expect(farthest(bits, Array.from(half, (v) => fromBits(v, 'float16')), (_, i) => expected[i] ?? NaN, (a, b) => Math.abs(a - b), 2 ** -11)).toBeNull();
  });

  test('gradients against finite differences', () => {
    const [x, dy] = [Float64Array.from(normal(12, 6, 0.4)), Float64Array.from(normal(12, 7))];
    const loss = (at: Float64Array): number => f(at, { rowLength: 6 }).reduce((sum, v, i) => sum + v * (dy[i] ?? NaN), 0);
    const dx = f.gradient(x, dy, { rowLength: 6 });
    const h = 1e-6;
    x.forEach((_, i) => {
      const moved = (by: number): Float64Array => x.map((v, j) => (i === j ? v + by : v));
      expect(Math.abs((loss(moved(h)) - loss(moved(-h))) / (2 * h) - (dx[i] ?? NaN))).toBeLessThan(1e-8);
    });
  });

  test('empty arrays', () => {
    expect(f(new Float32Array(0))).toHaveLength(0);
    expect(f(new Float32Array(0), { rowLength: 3 })).toHaveLength(0);
  });
});

test('sparsemax leaves few elements, whose sum is 1', () => {
  const y = sparsemax(Float32Array.of(0.1, 1.1, 0.2, 0.8));
  expect(Array.from(y, (v) => v > 0)).toEqual([false, true, false, true]);
  expect(Array.from(sparsemax(Float32Array.of(2, 0, 1)))).toEqual([1, 0, 0]);
  const long = sparsemax(normal(5000, 8));
  expect(long.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 6);
});

test.each<[string, () => FloatArray, string]>([
  ['a length that does not divide', () => softmax(new Float32Array(6), { rowLength: 4 }), 'rowLength must be a whole number that divides the 6 elements of x, got 4'],
  ['no rows', () => softmax(new Float32Array(6), { rowLength: 0 }), 'got 0'],
  ['an axis on arrays', () => softmax(new Float32Array(6), { axis: 0 } as object), 'softmax: unknown option "axis". Known: output, dtype, rowLength'],
  ['a gradient of another length', () => sparsemax.gradient(new Float32Array(6), new Float32Array(5)), 'dy must hold 6 elements, got 5'],
  ['an overlap', () => { const all = new Float32Array(9); return logSoftmax(all.subarray(0, 8), { output: all.subarray(1) }); }, 'y: expected memory apart from x'],
])('refuses %s', (_, call, message) => {
  expect(call).toThrow(message);
});
