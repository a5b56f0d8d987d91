import { editDistance, nearestName } from './nearest';
import { listActivations, resolveActivation } from './registry';

test('lists every row with what it needs to be understood', () => {
  const rows = listActivations();
  expect(rows.length).toBe(listActivations('pointwise').length + listActivations('gated').length + listActivations('perChannel').length + listActivations('rowwise').length);
  for (const row of rows) {
    expect(row.formula).not.toBe('');
    expect(row.derivative).not.toBe('');
    expect(row.source).not.toBe('');
  }
});

test.each([
  ['leaky_relu', 'leaky_relu'],
  ['leakyRelu', 'leaky_relu'],
  ['lrelu', 'leaky_relu'],
  ['swish', 'silu'],
  ['geluTanh', 'gelu_tanh'],
  ['swiglu', 'swiglu'],
  ['apl', 'apl'],
])('%s is %s', (name, canonical) => {
  expect(resolveActivation(name).name).toBe(canonical);
});

test('parameters take defaults, in either spelling', () => {
  expect(resolveActivation('leaky_relu').values).toEqual([0.2]);
  expect(resolveActivation({ name: 'leaky_relu', negativeSlope: 0.1 }).parameters).toEqual({ negative_slope: 0.1 });
  expect(resolveActivation({ name: 'threshold', value: -1 }).values).toEqual([0, -1]);
  expect(resolveActivation('gelu')).toBe(resolveActivation('gelu_erf'));
});

test.each<[unknown, RegExp]>([
  ['leky_relu', /^activation: unknown name "leky_relu"; did you mean "leaky_relu"\? Known: linear, relu, /],
  ['GELU', /did you mean "gelu"\?/],
  ['qwertyuiopas', /^activation: unknown name "qwertyuiopas"\. Known: /],
  [42, /expected a name or an object with a name, got 42/],
  [{ nome: 'relu' }, /expected a name or an object with a name, got an object/],
  [{ name: 'elu', alfa: 1 }, /^elu: unknown parameter "alfa"; did you mean "alpha"\?/],
  [{ name: 'celu', alpha: 0 }, /^celu: parameter alpha must be a number in \[0.000001, 1000000\], got 0/],
])('refuses %p', (spec, message) => {
  expect(() => resolveActivation(spec as string)).toThrow(message);
});

test('the bounds of a parameter are among its values, and what lies beyond is not', () => {
  const bounds = listActivations().flatMap(({ name, parameters }) => parameters.flatMap(({ name: parameter, min, max }) => [min, max].flatMap((bound, i) => (bound === null ? [] : [{ name, parameter, bound, beyond: i === 0 ? bound - 1 : 2 * bound + 1 }]))));
  expect(bounds.length).toBeGreaterThan(5);
  for (const { name, parameter, bound, beyond } of bounds) {
    expect(resolveActivation({ name, [parameter]: bound }).parameters[parameter]).toBe(bound);
    expect(() => resolveActivation({ name, [parameter]: beyond })).toThrow('must be a number in [');
  }
});

test('an activation of another family names the family', () => {
  expect(() => resolveActivation('swiglu', ['pointwise'])).toThrow('activation: swiglu is of family gated, expected pointwise: one of linear, ');
});

test('edit distance counts a swap as one', () => {
  expect(editDistance('rleu', 'relu')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
  expect(nearestName('sigmiod', ['sigmoid', 'silu'])).toBe('sigmoid');
});
