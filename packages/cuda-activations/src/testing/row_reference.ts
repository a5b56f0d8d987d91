import type { RowwiseName } from '../generated/activations';

/** A row's values in double, from the definitions; sparsemax by sorting (Martins & Astudillo 2016, algorithm 1). */
export function rowValue(name: RowwiseName, x: readonly number[]): number[] {
  const max = Math.max(...x.filter((v) => !Number.isNaN(v)));
  if (x.some(Number.isNaN) || !Number.isFinite(max)) return x.map(() => NaN);
  if (name === 'sparsemax') {
    const threshold = sparsemaxThreshold(x.map((v) => v - max));
    return x.map((v) => Math.max(0, v - max - threshold));
  }
  const sum = x.reduce((total, v) => total + Math.exp(v - max), 0);
  return x.map((v) => (name === 'softmax' ? Math.exp(v - max) / sum : v - max - Math.log(sum)));
}

function sparsemaxThreshold(x: readonly number[]): number {
  let [sum, threshold] = [0, -1];
  [...x].sort((a, b) => b - a).forEach((v, i) => {
    if (1 + (i + 1) * v <= sum + v) return;
    sum += v;
    threshold = (sum - 1) / (i + 1);
  });
  return threshold;
}

/** A row's gradient from y and dy, by the Jacobian. */
export function rowGradient(name: RowwiseName, y: readonly number[], dy: readonly number[]): number[] {
  const members = y.filter((v) => v > 0).length;
  const jacobian = (i: number, j: number): number => {
    const [same, yi, yj] = [i === j ? 1 : 0, y[i] ?? NaN, y[j] ?? NaN];
    if (name === 'softmax') return yj * (same - yi);
    if (name === 'log_softmax') return same - Math.exp(yi);
    return yi > 0 && yj > 0 ? same - 1 / members : 0;
  };
  return y.map((_, i) => dy.reduce((total, g, j) => total + g * jacobian(i, j), 0));
}

/** The rows of an array. */
export function rowsOf(values: ArrayLike<number>, length: number): number[][] {
  return Array.from({ length: length === 0 ? 0 : values.length / length }, (_, r) => Array.from({ length }, (__, i) => values[r * length + i] ?? NaN));
}
