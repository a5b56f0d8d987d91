import { resolveActivation } from 'cuda-activations';
import { messageOf, UsageError } from '../config/errors';
import type { Experiment } from '../experiment';
import { limitThreads } from '../threads';
import { classificationOptions, optionsFor, type ClassificationConfig } from './config';
import type { ClassificationSubject } from './run';

/** An image classification experiment of the paper: activations x optimisers on one network and one data set. */
export function classificationExperiment(subject: ClassificationSubject): Experiment {
  const options = optionsFor(subject.model);
  return {
    summary: `${subject.title}. Trains every activation with every optimiser, tests it, and reports.`,
    options,
    defaultPreset: 'quick',
    settle: (config) => {
      const full: ClassificationConfig = classificationOptions.parse(config);
      const fitting = ['auto', 'synthetic', ...(subject.family === 'cifar' ? ['cifar10', 'cifar100'] : ['mnist'])];
      if (!fitting.includes(full.dataset)) throw new UsageError(`dataset: this experiment takes ${fitting.join(', ')}, got ${full.dataset}`);
      const activations = full.activations.map((name) => {
        try {
          return resolveActivation(name, ['pointwise']).name;
        } catch (error) {
          throw new UsageError(`activations: ${messageOf(error)}`);
        }
      });
      return { ...config, activations: [...new Set(activations)], optimizers: [...new Set(full.optimizers)] };
    },
    run: async (config, context) => {
      const full = classificationOptions.parse(config);
      limitThreads(full.threads);
      // TensorFlow is loaded here and not before: --help and wrong options answer at once, and the threads are set by now.
      const { runClassification } = await import('./run.js');
      await runClassification(subject, full, context);
    },
  };
}
