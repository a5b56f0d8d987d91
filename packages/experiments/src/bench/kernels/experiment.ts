import { messageOf, UsageError } from '../../config/errors';
import type { Experiment } from '../../experiment';
import { benchOps } from './cases';
import { benchKernelsOptions, parseSize, parseThreads } from './options';

/** `bench-kernels`: the fused activations against TensorFlow.js's, PyTorch's and TensorFlow's, and against memory. */
export function benchKernelsExperiment(): Experiment {
  return {
    summary: 'Measures every fused activation against stock TensorFlow.js, stock with repaired gradients, and a roofline of relu and copy.',
    options: benchKernelsOptions,
    defaultPreset: 'quick',
    settle: (config) => {
      const { ops, sizes, threads } = benchKernelsOptions.parse(config);
      try {
        sizes.forEach(parseSize);
        threads.forEach(parseThreads);
        return { ...config, ops: benchOps(ops).map(({ name }) => name) };
      } catch (error) {
        throw new UsageError(messageOf(error));
      }
    },
    run: async (config, context) => {
      const { runBenchKernels } = await import('./run.js');
      await runBenchKernels(benchKernelsOptions.parse(config), context);
    },
  };
}
