import { UsageError } from '../config/errors';
import type { Experiment, ExperimentContext } from '../experiment';
import { limitThreads } from '../threads';
import { parseActivation } from './activations';
import { classificationOptions, optionsFor, type ClassificationConfig } from './config';
import type { ClassificationSubject } from './subject';

type Step = (subject: ClassificationSubject, config: ClassificationConfig, context: ExperimentContext) => Promise<void>;

/** What runs a configuration to its report, and what reports the runs that are finished. */
export interface Runner {
  readonly run: Step;
  readonly report: Step;
}

/**
 * An image classification experiment of the paper: activations x optimisers on one network and one data set.
 * @param load gives what runs it
 */
export function classificationExperiment(subject: ClassificationSubject, load: () => Promise<Runner> = loadRunner): Experiment {
  const options = optionsFor(subject.model);
  const settled = (config: Record<string, unknown>): ClassificationConfig => {
    const full = classificationOptions.parse(config);
    limitThreads(full.threads);
    return full;
  };
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
    // TensorFlow is loaded below and not before: --help and wrong options answer at once, and the threads are set by then.
    run: async (config, context) => {
      const full = settled(config);
      const { run } = await load();
      await run(subject, full, context);
    },
    report: async (config, context) => {
      const full = settled(config);
      const { report } = await load();
      await report(subject, full, context);
    },
  };
}

async function loadRunner(): Promise<Runner> {
  const { runClassification, reportClassification } = await import('./run.js');
  return { run: runClassification, report: reportClassification };
}
