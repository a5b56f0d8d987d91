import { experimentNames, loadExperiment } from './registry';

jest.mock('@cuda-activations/runtime', () => {
  throw new Error('TensorFlow was loaded');
});

test.each(experimentNames())('the options of %s are read without TensorFlow', async (name) => {
  expect(Object.keys((await loadExperiment(name)).options.shape)).toContain('runsDir');
});
