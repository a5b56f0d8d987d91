import { listActivations } from 'cuda-activations';
import { benchCases, benchOp, benchOps, idealBytes } from './cases';
import { hashed, operandLength } from './inputs';
import { parseSize, parseThreads, showSize } from './options';

test('all stands for every activation of the registry, and bias + activation', () => {
  const names = benchOps(['all']).map(({ name }) => name);
  for (const { name } of listActivations()) expect(names).toContain(name);
  expect(names).toContain('bias_gelu');
  expect(benchOps(['swish', 'silu', 'gelu', 'all'])).toHaveLength(names.length);
});

test('aliases are settled and unknown names listed', () => {
  expect(benchOp('swish')).toEqual({ name: 'silu', family: 'pointwise', activation: 'silu' });
  expect(benchOp('bias_lrelu')).toMatchObject({ name: 'bias_leaky_relu', family: 'bias' });
  expect(() => benchOp('jelu')).toThrow(/jelu/);
  expect(() => benchOp('bias_swiglu')).toThrow(/swiglu/);
});

test('sizes and threads', () => {
  expect(parseSize('2^10')).toBe(1024);
  expect(parseSize('4096')).toBe(4096);
  for (const text of ['2^6', '1000', '0', '-128', '2^100', 'x', '']) expect(() => parseSize(text)).toThrow(RangeError);
  expect([showSize(1024), showSize(384)]).toEqual(['2^10', '384']);
  expect(() => parseThreads('0')).toThrow(RangeError);
});

test('bytes that have to move', () => {
  const bytes = (name: string, direction: 'forward' | 'backward' | 'both', dtype: 'float32' | 'float16' = 'float32') => idealBytes({ op: benchOp(name), dtype, direction });
  expect([bytes('gelu', 'forward'), bytes('gelu', 'backward'), bytes('gelu', 'both', 'float16')]).toEqual([8, 12, 10]);
  expect([bytes('swiglu', 'forward'), bytes('swiglu', 'backward')]).toEqual([6, 10]);
});

test('cases are the product of the options', () => {
  const cases = benchCases(benchOps(['relu', 'apl']), ['float32', 'bfloat16'], [1024], ['forward', 'both']);
  expect(cases).toHaveLength(8);
  expect(operandLength('dy', { op: benchOp('glu'), size: 1024 })).toBe(512);
});

test('inputs fill their range, and are those that the Python peers make', () => {
  const x = hashed(4096, 2654435761, 4);
  expect(Math.min(...x)).toBeLessThan(-3.9);
  expect(Math.max(...x)).toBeGreaterThan(3.9);
  // (i + 1) * 2654435761 mod 2^32 / 2^31 - 1, by hand for the first two.
  expect(x[0]).toBe((2654435761 / 2 ** 31 - 1) * 4);
  expect(x[1]).toBe(((2654435761 * 2 - 2 ** 32) / 2 ** 31 - 1) * 4);
});
