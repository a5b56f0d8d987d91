import { parseActivation } from './activations';

test("leaky_relu has the paper's slope, under any spelling, unless another is given", () => {
  for (const text of ['leaky_relu', 'leakyRelu', 'lrelu', 'leaky_relu:negative_slope=0.01']) {
    expect(parseActivation(text)).toEqual({ label: 'leaky_relu', spec: { name: 'leaky_relu', negative_slope: 0.01 }, parameters: { negative_slope: 0.01 } });
  }
  expect(parseActivation('leaky_relu:negativeSlope=0.2').label).toBe('leaky_relu:negative_slope=0.2');
});

test('others keep the defaults of the registry; learned ones are taken', () => {
  expect(parseActivation('swish')).toMatchObject({ label: 'silu', parameters: { beta: 1 } });
  expect(parseActivation('silu:beta=1.702').label).toBe('silu:beta=1.702');
  expect(parseActivation('apl')).toMatchObject({ label: 'apl', spec: { name: 'apl' } });
});

test('apl takes its number of hinges', () => {
  expect(parseActivation('apl:segments=2')).toMatchObject({ label: 'apl:segments=2', segments: 2, parameters: { segments: 2 } });
  expect(parseActivation('apl:segments=5')).toEqual(parseActivation('apl'));
});

test.each([
  ['apl:segments=0', /apl: segments must be a whole number of at least 1, got 0/],
  ['apl:hinges=2', /apl: unknown parameter "hinges"; it has segments/],
  ['reluu', /activations: .*unknown name "reluu"; did you mean "relu"/],
  ['glu', /glu is of family gated/],
  ['elu:beta=1', /elu: unknown parameter "beta"/],
  ['elu:alpha', /expected name:parameter=value, got ":alpha"/],
  ['elu:alpha=x', /elu: parameter alpha must be/],
])('%s is refused', (text, message) => {
  expect(() => parseActivation(text)).toThrow(message);
});
