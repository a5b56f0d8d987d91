import { listModels } from './catalogue';

test.each(listModels().map((model) => [model.name, model] as const))('%s is made with another activation', (_, { create, structure, source }) => {
  expect(structure).not.toBe('');
  expect(source).not.toBe('');
  const model = create({ activation: 'gelu' });
  expect(model.countParams()).toBeGreaterThan(0);
  model.dispose();
  // BERT draws 110 million weights.
}, 60_000);
