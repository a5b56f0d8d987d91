import { UsageError } from '../../config/errors';
import type { Experiment, ExperimentContext } from '../../experiment';
import { limitThreads } from '../../threads';
import { isGatedLabel, parseFeedForward } from '../activations';
import { weightsFolder } from '../weights';
import { puzzleOptions, type PuzzleConfig } from './options';

/** Why most activations give a constant class in a BERT that was pre-trained with GELU: four questions, each one command. */
export function puzzleExperiment(): Experiment<typeof puzzleOptions> {
  const settled = (config: PuzzleConfig): PuzzleConfig => {
    limitThreads(config.threads);
    return config.weights === null ? config : { ...config, weights: weightsFolder(config.weights) };
  };
  return {
    summary: 'Why most activations give a constant class in a BERT that was pre-trained with GELU: distance from GELU, swish with beta 1.702, warm-up, gradual change (--questions=NAME); with a small encoder, or --weights=DIR.',
    options: puzzleOptions,
    defaultPreset: 'quick',
    settle: (config) => {
      const activations = [...new Set(config.activations.map((text) => parseFeedForward(text).label))];
      const gated = config.gatedWidth === 'half' ? [] : activations.filter(isGatedLabel);
      if (gated.length > 0) throw new UsageError(`gatedWidth: with ${config.gatedWidth} ${gated.join(', ')} cannot take the place of GELU in a pre-trained block; expected half`);
      return { ...config, activations, questions: [...new Set(config.questions)], seeds: [...new Set(config.seeds)] };
    },
    // TensorFlow is loaded below and not before: --help and wrong options answer at once, and the threads are set by then.
    run: async (config, context: ExperimentContext) => {
      const full = settled(config);
      const { runPuzzle } = await import('./run.js');
      await runPuzzle(full, context);
    },
    report: async (config, context: ExperimentContext) => {
      const full = settled(config);
      const { reportPuzzle } = await import('./run.js');
      await reportPuzzle(full, context);
    },
  };
}
