import { z } from 'zod';
import { bertOptions, PAPER_BERT_ACTIVATIONS } from '../config';

/** What the experiment asks; each is answered by itself with `--questions=NAME`. */
export const QUESTIONS = ['distance', 'swish', 'warm-up', 'gradual'] as const;
/** One of them. */
export type Question = (typeof QUESTIONS)[number];

/** Swish with the beta that makes it GELU's sigmoid approximation, x s(1.702 x). */
export const GELU_LIKE_SWISH = 'silu:beta=1.702';

const { shape } = bertOptions;

/** The options of the experiment about BERT's constant predictions. Those that `bert-sst2` has too mean the same. */
export const puzzleOptions = z.strictObject({
  questions: z.array(z.enum(QUESTIONS)).min(1).default([...QUESTIONS]).describe('distance: of the feed-forward outputs from those with GELU, nothing is trained; swish: with beta 1.702; warm-up, gradual: do they help'),
  dataset: z.enum(['auto', 'cola', 'sst2', 'synthetic']).default('auto').describe('sentences; auto: SST-2 of dataDir, else a download, else procedural ones'),
  dataDir: shape.dataDir,
  integrity: shape.integrity,
  syntheticTrain: shape.syntheticTrain,
  syntheticDev: shape.syntheticDev,
  weights: shape.weights.describe('folder of a BERT that was pre-trained with GELU, or bert-base-uncased for the one that was fetched (none: a small encoder is trained with GELU first, and takes its place)'),
  vocabulary: shape.vocabulary,
  layers: z.int().min(1).default(6).describe('of the small encoder: layers'),
  hiddenSize: z.int().min(1).default(64).describe('of the small encoder: units of a layer'),
  heads: z.int().min(1).default(2).describe('of the small encoder: attention heads'),
  intermediateSize: z.int().min(1).default(256).describe('of the small encoder: units of a feed-forward block'),
  pretrainingSteps: z.int().min(1).default(1000).describe('of the small encoder: steps with GELU before the activation is changed'),
  pretrainingBatch: z.int().min(1).default(64).describe('of the small encoder: sentences of such a step'),
  pretrainingRate: z.number().positive().default(1e-3).describe('of the small encoder: highest learning rate of these steps'),
  dropout: shape.dropout,
  activations: z.array(z.string()).min(1).default([...PAPER_BERT_ACTIVATIONS, GELU_LIKE_SWISH]).describe('that take the place of GELU; gelu itself is always among them'),
  gatedWidth: shape.gatedWidth.default('half').describe("width of a gated block: half, with new output matrices, as the authors do; 'twoThirds' fits no pre-trained block"),
  warmup: z.number().min(0).max(1).default(0.1).describe('question warm-up: share of the steps over which the learning rate rises from 0'),
  gradual: z.number().gt(0).max(1).default(0.5).describe('question gradual: share of the steps over which GELU turns into the activation; not asked of gated ones'),
  sentences: z.int().min(1).default(64).describe('validation sentences on which distances are measured'),
  lengths: shape.lengths,
  maxLength: shape.maxLength,
  epochs: z.int().min(1).default(1).describe('epochs of fine-tuning'),
  steps: z.int().min(0).default(150).describe('steps of fine-tuning an epoch at most, on so many sentences (0: all)'),
  batchSize: shape.batchSize,
  evaluationBatch: shape.evaluationBatch,
  evaluationLimit: shape.evaluationLimit,
  holdout: shape.holdout,
  seeds: shape.seeds.describe('of the hold-out, the new classifier, dropout and batch order of fine-tuning'),
  learningRate: shape.learningRate.describe('of fine-tuning: constant, but for the warm-up where that is asked about'),
  adamEpsilon: shape.adamEpsilon,
  clipNorm: shape.clipNorm,
  traceSteps: shape.traceSteps,
  threads: shape.threads,
  processes: shape.processes,
  checkpointSeconds: shape.checkpointSeconds,
  runsDir: shape.runsDir,
  resultsDir: shape.resultsDir,
  force: shape.force,
});

/** A resolved configuration. */
export type PuzzleConfig = z.output<typeof puzzleOptions>;
