import type { GatedWidth } from '@cuda-activations/models';
import { z } from 'zod';

const count = (description: string) => z.int().min(1).describe(description);
const limit = (description: string) => z.int().min(0).describe(description);

const GATED: readonly [GatedWidth, ...GatedWidth[]] = ['half', 'twoThirds'];

/** The eleven of the paper: `square` is what its code computes for "squared ReLU". */
export const PAPER_BERT_ACTIVATIONS = ['relu', 'gelu', 'tanh', 'sigmoid', 'elu', 'leaky_relu', 'silu', 'square', 'penalized_tanh', 'glu', 'swiglu'] as const;

/** The options of a sentence classification experiment with BERT. */
export const bertOptions = z.strictObject({
  dataset: z.enum(['auto', 'cola', 'sst2', 'synthetic']).default('auto').describe('sentences; auto: dataDir, else a download, else procedural ones'),
  dataDir: z.string().nullable().default(null).describe('folder of the official tsv files (none: $CUDA_ACTIVATIONS_DATA, then the cache)'),
  integrity: z.enum(['official', 'format']).default('official').describe('files must be the official ones byte for byte, or only have their format'),
  syntheticTrain: limit('training sentences of the procedural set (0: its usual number)').default(0),
  syntheticDev: limit('validation sentences of the procedural set (0: its usual number)').default(0),
  weights: z.string().nullable().default(null).describe('folder of a BERT as transformers saves it, which every run fine-tunes, or bert-base-uncased for the one that was fetched (none: a small encoder from scratch)'),
  vocabulary: z.string().nullable().default(null).describe('vocab.txt or tokenizer.json, or its folder (none: that of weights, else bert-base-uncased/ of dataDir, else made of the training sentences)'),
  layers: count('from scratch: encoder layers').default(2),
  hiddenSize: count('from scratch: units of a layer').default(128),
  heads: count('from scratch: attention heads').default(2),
  intermediateSize: count('from scratch: units of a feed-forward block, of whose activation the experiment is').default(512),
  dropout: z.number().min(0).max(0.99).default(0.1).describe('share of units dropped in training'),
  activations: z.array(z.string()).min(1).default([...PAPER_BERT_ACTIVATIONS]).describe('feed-forward activations to compare, pointwise or gated, by name (npx activations list), with name:parameter=value for other parameters'),
  gatedWidth: z.enum(GATED).default('twoThirds').describe("width of a gated feed-forward block: 1/2 + 1/2 of intermediateSize (as the authors do), or 2/3 + 2/3, which has as many weights as an ungated one"),
  gradual: z.number().min(0).max(1).default(0).describe('share of the steps over which GELU turns into the activation (0: it is there from the first step); not for gated ones'),
  lengths: z.enum(['bucketed', 'fixed']).default('bucketed').describe('batches of sentences of like length, padded to a few lengths, or every sentence padded to maxLength (as the authors do)'),
  maxLength: z.int().min(2).default(128).describe('tokens of a sentence at most; the end of a longer one is cut off'),
  epochs: count('epochs').default(3),
  steps: limit('training steps an epoch at most (0: all sentences)').default(0),
  batchSize: count('sentences a step').default(32),
  evaluationBatch: limit('sentences of a step of evaluation (0: batchSize)').default(0),
  evaluationLimit: limit('validation and test sentences at most, each (0: all)').default(0),
  trainLimit: limit('training sentences at most (0: all)').default(0),
  holdout: count('sentences of the official training part that are kept for the test, by the authors\' shuffle').default(1000),
  seeds: z.array(z.int().min(0)).min(1).default([42]).describe('of the hold-out, new weights, dropout and batch order; every activation is trained with each'),
  optimizer: z.enum(['adam', 'adamw']).default('adam').describe("Adam in the form of transformers' AdamW without decay (as the authors do), or AdamW"),
  learningRate: z.number().positive().default(5e-5).describe('the highest of the run'),
  adamEpsilon: z.number().positive().default(1e-6).describe('epsilon of the optimiser'),
  weightDecay: z.number().min(0).default(0).describe('of adamw, on kernels and embeddings'),
  clipNorm: z.number().min(0).default(0).describe('the gradient is scaled down to this norm at most (0: never)'),
  warmup: z.number().min(0).max(1).default(0).describe('share of the steps over which the learning rate rises from 0'),
  decay: z.enum(['constant', 'linear']).default('constant').describe('learning rate after the warm-up: as it is (as the authors do), or falling to 0 at the end'),
  testWeights: z.enum(['last', 'best']).default('last').describe('weights that are tested: of the last epoch (as the authors do) or of the one with the lowest validation loss'),
  traceSteps: limit('steps whose losses and gradient norms are averaged to one point of the curves (0: no curves)').default(10),
  threads: limit('threads of one operation (0: all cores); results depend on it').default(0),
  processes: limit('runs at a time, each in a process of its own (1: in this one; 0: as many as there are cores for threads)').default(1),
  keepModel: z.boolean().default(false).describe('write the tested model to model/ in the folder of its run, as transformers saves one'),
  checkpointSeconds: z.number().positive().default(300).describe('seconds between checkpoints inside an epoch'),
  runsDir: z.string().min(1).default('runs').describe('folder of the runs and the report'),
  resultsDir: z.string().nullable().default(null).describe('folder to export the report and all numbers to (none: no export)'),
  force: z.boolean().default(false).describe('train finished runs again'),
});

/** A resolved configuration. */
export type BertRunConfig = z.output<typeof bertOptions>;
