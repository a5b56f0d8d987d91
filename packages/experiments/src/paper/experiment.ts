import type { Experiment } from '../experiment';
import { paperOptions } from './options';

/** The list of all runs of the paper's CNN and ResNet-50 studies, into one report. */
export function paperExperiment(): Experiment {
  return {
    summary: "All runs of the paper's CNN and ResNet-50 studies, faithful and corrected, into one report with what the paper claims and what the runs show. Goes on where it stopped.",
    options: paperOptions,
    defaultPreset: 'full',
    run: async (config, context) => {
      const full = paperOptions.parse(config);
      // TensorFlow is loaded here and not before: --help and wrong options answer at once.
      const { runPaper } = await import('./run.js');
      await runPaper(full, context);
    },
    report: async (config, context) => {
      const full = paperOptions.parse(config);
      const { reportPaper } = await import('./run.js');
      await reportPaper(full, context);
    },
  };
}
