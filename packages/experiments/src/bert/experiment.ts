import { UsageError } from '../config/errors';
import type { Experiment, ExperimentContext } from '../experiment';
import { limitThreads } from '../threads';
import { parseFeedForward, refuseGradualGates } from './activations';
import { bertOptions, type BertRunConfig } from './config';
import type { BertSubject } from './subject';
import { weightsFolder } from './weights';

/** A sentence classification experiment of the paper: feed-forward activations of BERT. */
export function bertExperiment(subject: BertSubject): Experiment {
  const settled = (config: unknown): BertRunConfig => {
    const full = bertOptions.parse(config);
    limitThreads(full.threads);
    return full.weights === null ? full : { ...full, weights: weightsFolder(full.weights) };
  };
  return {
    summary: `${subject.title}: trains every feed-forward activation, from scratch or from pre-trained weights (--weights=DIR), tests it beside the majority class, and reports.`,
    options: bertOptions,
    defaultPreset: 'quick',
    settle: (config) => {
      const full: BertRunConfig = bertOptions.parse(config);
      const fitting = ['auto', subject.task, 'synthetic'];
      if (!fitting.includes(full.dataset)) throw new UsageError(`dataset: this experiment takes ${fitting.join(', ')}, got ${full.dataset}`);
      const activations = [...new Set(full.activations.map((text) => parseFeedForward(text).label))];
      refuseGradualGates(activations, full.gradual);
      return { ...config, activations, seeds: [...new Set(full.seeds)] };
    },
    // TensorFlow is loaded below and not before: --help and wrong options answer at once, and the threads are set by then.
    run: async (config, context: ExperimentContext) => {
      const full = settled(config);
      const { runBert } = await import('./run.js');
      await runBert(subject, full, context);
    },
    report: async (config, context: ExperimentContext) => {
      const full = settled(config);
      const { reportBert } = await import('./run.js');
      await reportBert(subject, full, context);
    },
  };
}
