import type { BenchRow } from './rows';
import { scalings } from './scaling';

/** A speed that the project holds itself to, and what was measured. */
export interface GoalResult {
  readonly goal: string;
  /** The worst figure, and where. */
  readonly worst: string;
  readonly met: boolean;
  /** What misses it, worst first. */
  readonly misses: readonly string[];
}

/** A ratio to its limit, for one op. */
interface Ratio {
  readonly what: string;
  readonly value: number;
}

const LARGE = 2 ** 24;
/** Below this a ratio of two equal speeds can fall by noise. */
const NOISE = 0.97;

/** Checks the goals that the rows can tell of; goals without a figure are left out. */
export function checkGoals(rows: readonly BenchRow[]): readonly GoalResult[] {
  const single = rows.filter(({ threads, dtype }) => threads === 1 && dtype === 'float32');
  const large = single.filter(({ size }) => size === LARGE);
  const pointwise = large.filter(({ family }) => family === 'pointwise');
  const apl = large.filter(({ op }) => op === 'apl');
  return [
    atMost('each pointwise forward within 2x of ReLU forward (2^24, arrays)', 2, toRelu(pointwise, 'forward', '-arrays')),
    atMost('each pointwise backward within 1.5x of ReLU backward (2^24, arrays)', 1.5, toRelu(pointwise, 'backward', '-arrays')),
    atMost('each pointwise forward within 2x of ReLU forward (2^24, tensors)', 2, toRelu(pointwise, 'forward', '')),
    atMost('each pointwise backward within 1.5x of ReLU backward (2^24, tensors)', 1.5, toRelu(pointwise, 'backward', '')),
    atMost('APL S=5 forward within 1.5x of ReLU forward (2^24, arrays)', 1.5, toRelu(apl, 'forward', '-arrays')),
    atMost('APL S=5 backward within 2x of ReLU backward (2^24, arrays)', 2, toRelu(apl, 'backward', '-arrays')),
    atLeast('forward + backward at least 3x faster than stock for composites (2^24)', 3, toFused(large, 'stock', 'both').filter(({ row }) => (row.kernels ?? 0) > 1 && row.op !== 'apl')),
    atLeast('APL forward + backward at least 8x faster than stock (2^24)', 8, toFused(apl, 'stock', 'both')),
    atLeast('never slower than stock, forward, any size', NOISE, toFused(single, 'stock', 'forward')),
    atLeast('never slower than stock, forward + backward, any size', NOISE, toFused(single, 'stock', 'both')),
    atLeast('never slower than stock with repaired gradients, forward + backward, any size', NOISE, toFused(single, 'repaired', 'both')),
    atLeast('two threads at least 1.6x as fast as one (2^24, arrays)', 1.6, scaling(rows)),
  ].filter((result): result is GoalResult => result !== undefined);
}

function toRelu(rows: readonly BenchRow[], direction: BenchRow['direction'], suffix: '' | '-arrays'): Ratio[] {
  return rows
    .filter((row) => row.arm === `relu${suffix}` && row.direction === direction && row.ratioToFused !== null)
    .map((row) => ({ what: row.op, value: 1 / (row.ratioToFused ?? NaN) }));
}

function toFused(rows: readonly BenchRow[], arm: BenchRow['arm'], direction: BenchRow['direction']): (Ratio & { row: BenchRow })[] {
  return rows
    .filter((row) => row.arm === arm && row.direction === direction && row.ratioToFused !== null)
    .map((row) => ({ row, what: `${row.op} at 2^${Math.log2(row.size).toFixed(0)}`, value: row.ratioToFused ?? NaN }));
}

function scaling(rows: readonly BenchRow[]): Ratio[] {
  return scalings(rows)
    .filter(({ several }) => several.threads === 2 && several.arm === 'fused-arrays' && several.size === LARGE && several.dtype === 'float32')
    .map(({ several, times }) => ({ what: `${several.op} ${several.direction}`, value: times }));
}

function atMost(goal: string, limit: number, ratios: readonly Ratio[]): GoalResult | undefined {
  const [worst, ...others] = [...ratios].sort((a, b) => b.value - a.value);
  return worst && verdict(goal, [worst, ...others], worst, ({ value }) => value <= limit);
}

function atLeast(goal: string, limit: number, ratios: readonly Ratio[]): GoalResult | undefined {
  const [worst, ...others] = [...ratios].sort((a, b) => a.value - b.value);
  return worst && verdict(goal, [worst, ...others], worst, ({ value }) => value >= limit);
}

function verdict(goal: string, ratios: readonly Ratio[], worst: Ratio, meets: (ratio: Ratio) => boolean): GoalResult {
  const show = ({ what, value }: Ratio) => `${what} ${value.toFixed(2)}x`;
  return { goal, worst: show(worst), met: ratios.every(meets), misses: ratios.filter((ratio) => !meets(ratio)).map(show) };
}
