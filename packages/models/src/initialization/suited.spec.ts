import { createCnn } from '../cnn/create_cnn';
import { torchWeights } from '../weights/torch_weights';
import { suitedScheme } from './suited';

test.each([
  ['relu', 'heNormal'],
  ['leakyRelu', 'heNormal'],
  ['gelu', 'heNormal'],
  ['apl', 'heNormal'],
  ['selu', 'lecunNormal'],
  ['sigmoid', 'glorotUniform'],
  ['penalized_tanh', 'glorotUniform'],
] as const)('%s starts from %s', (activation, scheme) => {
  expect(suitedScheme(activation)).toBe(scheme);
  const [suited, named] = [createCnn({ input: 'mnist', activation, initialization: 'suited' }), createCnn({ input: 'mnist', activation, initialization: scheme })];
  expect(torchWeights(suited)).toEqual(torchWeights(named));
});

test('an activation that no network here takes is refused', () => {
  expect(() => suitedScheme('glu')).toThrow(/glu is of family gated, expected pointwise or perChannel/);
});
