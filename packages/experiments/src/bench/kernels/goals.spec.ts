import { disagreements } from './agreement';
import { benchOp } from './cases';
import { checkGoals } from './goals';
import { rowsOf, type ArmName, type MeasuredArm } from './rows';
import { scalingTable } from './scaling';
import { summarise } from '../statistics';

const measured = (arm: ArmName, ms: number, kernels: number | null = null, threads = 1): MeasuredArm => ({
  arm,
  threads,
  measurement: { iterations: 1, ...summarise([ms, ms, ms]) },
  pageFaultsPerCall: 0,
  kernels,
});
const bench = (name: string, direction: 'forward' | 'backward' | 'both', size = 2 ** 24) => ({ op: benchOp(name), dtype: 'float32' as const, size, direction });
const goal = (name: string, rows: ReturnType<typeof rowsOf>) => checkGoals(rows).find((result) => result.goal.includes(name));

test('rows: ns per element, bandwidth, ratios to the fused arm of the same kind', () => {
  const rows = rowsOf(bench('gelu', 'forward'), 'reused', [measured('fused', 16.777216), measured('fused-arrays', 8.388608), measured('stock', 50.331648), measured('copy', 4.194304)]);
  expect(rows.map(({ nsPerElement }) => nsPerElement)).toEqual([1, 0.5, 3, 0.25]);
  expect(rows.map(({ ratioToFused }) => ratioToFused)).toEqual([null, null, 3, 0.5]);
  expect(rows[1]?.gbPerSecond).toBe(16);
});

test('without an arm on tensors, the arm on arrays is what others are compared with', () => {
  const rows = rowsOf({ ...bench('gelu', 'forward'), dtype: 'float16' as never }, 'reused', [measured('fused-arrays', 10), measured('torch', 20)]);
  expect(rows[1]?.ratioToFused).toBe(2);
});

test('goals fail where an op misses them, and name it', () => {
  const relu = (ms: number) => rowsOf(bench('silu', 'forward'), 'reused', [measured('fused-arrays', ms), measured('relu-arrays', 10)]);
  expect(goal('pointwise forward within 2x of ReLU forward (2^24, arrays)', relu(19))).toMatchObject({ met: true, worst: 'silu 1.90x', misses: [] });
  expect(goal('pointwise forward within 2x of ReLU forward (2^24, arrays)', relu(21))).toMatchObject({ met: false, misses: ['silu 2.10x'] });
});

test('only composites have to be three times faster; no op may be slower', () => {
  const both = (name: string, ratio: number, kernels: number) => rowsOf(bench(name, 'both'), 'reused', [measured('fused', 10), measured('stock', 10 * ratio, kernels)]);
  expect(goal('3x faster than stock for composites', both('relu', 1.2, 1))).toBeUndefined();
  expect(goal('3x faster than stock for composites', both('gelu', 2.9, 5))).toMatchObject({ met: false });
  expect(goal('APL forward + backward at least 8x', both('apl', 8.5, 20))).toMatchObject({ met: true });
  expect(goal('never slower than stock, forward + backward', both('relu', 0.9, 1))).toMatchObject({ met: false });
});

test('scaling compares the same case with one thread and with two', () => {
  const rows = rowsOf(bench('gelu', 'forward'), 'reused', [measured('fused-arrays', 20), measured('fused-arrays', 11, null, 2)]);
  expect(goal('two threads', rows)).toMatchObject({ met: true, worst: 'gelu forward 1.82x' });
  expect(scalingTable(rows).rows).toEqual([['gelu', 'float32', '2^24', 'forward', '2', '1.192', '0.656', '1.82', '12.2']]);
  // Neither one thread alone nor another arm is a comparison.
  expect(scalingTable([...rowsOf(bench('relu', 'forward'), 'reused', [measured('fused-arrays', 20)]), ...rowsOf(bench('gelu', 'forward'), 'reused', [measured('stock', 11, null, 2)])]).rows).toEqual([]);
});

test('arms that compute another function are found', () => {
  expect(disagreements([{ arm: 'fused', probe: [1, 2] }, { arm: 'stock', probe: [1.00001, 2] }], 'float32')).toEqual([]);
  expect(disagreements([{ arm: 'fused', probe: [1, 2] }, { arm: 'stock', probe: [1, 2.1] }], 'float32')).toEqual(['stock has 2.1 at element 1, fused has 2']);
  expect(disagreements([{ arm: 'fused', probe: [1] }, { arm: 'torch', probe: [NaN] }], 'float32')).toHaveLength(1);
});
