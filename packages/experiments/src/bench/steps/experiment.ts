import type { Experiment } from '../../experiment';
import { benchStepsOptions } from './options';

/** `bench-steps`: whole training steps against TensorFlow.js's and Keras's. */
export function benchStepsExperiment(): Experiment {
  return {
    summary: 'Measures training steps of the CNN, ResNet-50 and the CNN with APL against stock TensorFlow.js, its repaired form, and Keras.',
    options: benchStepsOptions,
    defaultPreset: 'quick',
    run: async (config, context) => {
      const { runBenchSteps } = await import('./run.js');
      await runBenchSteps(benchStepsOptions.parse(config), context);
    },
  };
}
