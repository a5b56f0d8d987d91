import type { Experiment } from '../../experiment';
import { benchStepsOptions } from './options';

/** Whole training steps against TensorFlow.js's and Keras's. */
export function benchStepsExperiment(summary: string): Experiment {
  return {
    summary,
    options: benchStepsOptions,
    defaultPreset: 'quick',
    run: async (config, context) => {
      const { runBenchSteps } = await import('./run.js');
      await runBenchSteps(benchStepsOptions.parse(config), context);
    },
  };
}
