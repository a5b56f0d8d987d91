import { UsageError } from '../config/errors';
import type { Experiment, ExperimentContext } from '../experiment';
import { limitThreads } from '../threads';
import { parseActivation } from './activations';
import { classificationOptions, optionsFor, type ClassificationConfig } from './config';
import type { ClassificationSubject } from './subject';

/** Runs a configuration to its report. */
type Runner = (subject: ClassificationSubject, config: ClassificationConfig, context: ExperimentContext) => Promise<void>;

/**
 * An image classification experiment of the paper: activations x optimisers on one network and one data set.
 * @param load gives what runs it
 */
export function classificationExperiment(subject: ClassificationSubject, load: () => Promise<Runner> = async () => (await import('./run.js')).runClassification): Experiment {
  const options = optionsFor(subject.model);
  return {
    summary: `${subject.title}. Trains every activation with every optimiser, tests it, and reports.`,
    options,
    defaultPreset: 'quick',
    settle: (config) => {
      const full: ClassificationConfig = classificationOptions.parse(config);
      const fitting = ['auto', 'synthetic', ...(subject.family === 'cifar' ? ['cifar10', 'cifar100'] : ['mnist'])];
      if (!fitting.includes(full.dataset)) throw new UsageError(`dataset: this experiment takes ${fitting.join(', ')}, got ${full.dataset}`);
      if (full.seeds.includes(full.tuningSeed) && [full.sgdRates, full.adamRates].some((rates) => rates.length > 1)) {
        throw new UsageError(`tuningSeed: ${full.tuningSeed} is among seeds; learning rates must not be chosen on the split of a result`);
      }
      const activations = full.activations.map((text) => parseActivation(text).label);
      return { ...config, activations: [...new Set(activations)], optimizers: [...new Set(full.optimizers)], seeds: [...new Set(full.seeds)] };
    },
    run: async (config, context) => {
      const full = classificationOptions.parse(config);
      limitThreads(full.threads);
      // TensorFlow is loaded here and not before: --help and wrong options answer at once, and the threads are set by now.
      const run = await load();
      await run(subject, full, context);
    },
  };
}
