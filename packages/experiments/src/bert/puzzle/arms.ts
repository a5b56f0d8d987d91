import { isGatedLabel } from '../activations';
import { bertOptions, type BertRunConfig } from '../config';
import type { BertSubject } from '../subject';
import { GELU_LIKE_SWISH, type PuzzleConfig } from './options';

/** A way to fine-tune, which every activation goes. */
export type ArmName = 'direct' | 'warm-up' | 'gradual' | 'not pre-trained';

/** An arm and what it trains. */
export interface Arm {
  readonly name: ArmName;
  readonly config: BertRunConfig;
}

/** What the network was pre-trained with. */
export const BASELINE = 'gelu';
/** What the question about swish is asked of. */
const SWISH = [BASELINE, 'silu', GELU_LIKE_SWISH];

/** A pre-trained encoder and the vocabulary that belongs to it. */
export interface Encoder {
  readonly weights: string;
  readonly vocabulary: string | null;
}

/** The sentences of a configuration. */
export function puzzleSubject({ dataset }: Pick<PuzzleConfig, 'dataset'>): BertSubject {
  return { experiment: 'bert-puzzle', task: dataset === 'cola' ? 'cola' : 'sst2', title: 'BERT with another activation than it was pre-trained with' };
}

/** The activations of every table: GELU first, then those that are asked for and those of the question about swish. */
export function puzzleActivations({ questions, activations }: Pick<PuzzleConfig, 'questions' | 'activations'>): string[] {
  const [only] = questions;
  const asked = questions.length === 1 && only === 'swish' ? SWISH : [...activations, ...(questions.includes('swish') ? SWISH : [])];
  return [...new Set([BASELINE, ...asked])];
}

/** What is fine-tuned for the questions. @param encoder that was pre-trained; `small`: by this experiment, so that one from scratch can stand beside it */
export function armsOf(config: PuzzleConfig, encoder: Encoder, small: boolean): Arm[] {
  const { questions, warmup, gradual } = config;
  if (questions.every((question) => question === 'distance')) return [];
  const activations = puzzleActivations(config);
  const arm = (name: ArmName, changes: Partial<BertRunConfig> = {}): Arm => ({ name, config: { ...fineTuning(config, encoder), activations, ...changes } });
  return [
    arm('direct'),
    ...(questions.includes('warm-up') ? [arm('warm-up', { warmup })] : []),
    // GELU that turns into GELU is the arm above.
    ...(questions.includes('gradual') ? [arm('gradual', { gradual, activations: activations.filter((label) => label !== BASELINE && !isGatedLabel(label)) })] : []),
    ...(small ? [arm('not pre-trained', { weights: null, activations: [BASELINE] })] : []),
  ];
}

/** The configuration with which the small encoder is trained first. Its seed is none of fine-tuning's usual ones. */
export function pretraining(config: PuzzleConfig): BertRunConfig {
  const { pretrainingSteps, pretrainingBatch, pretrainingRate } = config;
  return {
    ...common(config),
    activations: [BASELINE],
    seeds: [0],
    epochs: 1,
    batchSize: pretrainingBatch,
    trainLimit: pretrainingSteps * pretrainingBatch,
    optimizer: 'adamw',
    learningRate: pretrainingRate,
    weightDecay: 0.01,
    clipNorm: 1,
    warmup: 0.1,
    decay: 'linear',
    traceSteps: 0,
    keepModel: true,
  };
}

/** As the authors fine-tune: Adam, a constant rate, the last weights. */
function fineTuning(config: PuzzleConfig, encoder: Encoder): BertRunConfig {
  const { epochs, steps, batchSize, learningRate, adamEpsilon, clipNorm, seeds, traceSteps } = config;
  return { ...common(config), ...encoder, epochs, batchSize, trainLimit: steps * batchSize, learningRate, adamEpsilon, clipNorm, seeds, traceSteps };
}

/** What both have from the experiment's options; the rest is the default of BERT's experiments. */
function common(config: PuzzleConfig): BertRunConfig {
  const {
    dataset, dataDir, integrity, syntheticTrain, syntheticDev, weights, vocabulary, layers, hiddenSize, heads, intermediateSize, dropout, gatedWidth, lengths, maxLength,
    evaluationBatch, evaluationLimit, holdout, threads, processes, checkpointSeconds, runsDir, resultsDir, force,
  } = config;
  return bertOptions.parse({
    dataset, dataDir, integrity, syntheticTrain, syntheticDev, weights, vocabulary, layers, hiddenSize, heads, intermediateSize, dropout, gatedWidth, lengths, maxLength,
    evaluationBatch, evaluationLimit, holdout, threads, processes, checkpointSeconds, runsDir, resultsDir, force,
  });
}
