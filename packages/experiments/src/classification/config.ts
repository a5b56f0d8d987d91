import { z } from 'zod';
import { DATASET_CHOICES } from '../data/load';
import type { OptionsSchema } from '../config/fields';
import { APL_OPTIONS } from './apl_options';

const count = (description: string) => z.int().min(1).describe(description);
const limit = (description: string) => z.int().min(0).describe(description);

/** Optimisers of the paper, and Adam with decoupled weight decay. */
export const OPTIMIZERS = ['sgd', 'adam', 'adamw'] as const;

const OPTIONS = {
  dataset: z.enum(DATASET_CHOICES).default('auto').describe('images; auto: dataDir, else a download, else the embedded procedural set'),
  dataDir: z.string().nullable().default(null).describe('folder of the official files (none: $CUDA_ACTIVATIONS_DATA, then the cache)'),
  integrity: z.enum(['official', 'format']).default('official').describe('files must be the official ones byte for byte, or only have their format'),
  syntheticTrain: limit('training images of the procedural set (0: its usual number)').default(0),
  syntheticTest: limit('test images of the procedural set (0: its usual number)').default(0),
  activations: z.array(z.string()).min(1).default(['sigmoid', 'relu', 'leaky_relu', 'elu', 'selu']).describe('activations to compare, by name (npx activations list), with name:parameter=value for other parameters'),
  activationSites: z.enum(['stem', 'all']).default('all').describe('ResNet-50: replace the activation at the stem only (as the authors do) or at all 49 sites'),
  optimizers: z.array(z.enum(OPTIMIZERS)).min(1).default(['sgd', 'adam']).describe('optimisers to train each activation with'),
  epochs: count('epochs at most').default(50),
  steps: limit('training steps an epoch at most (0: all images)').default(0),
  batchSize: count('images a step').default(64),
  evaluationLimit: limit('validation and test images at most, each (0: all)').default(0),
  seeds: z.array(z.int().min(0)).min(1).default([42]).describe('of the split, the initial weights and the batch order; every activation is trained with each'),
  initialization: z.enum(['torch', 'authors', 'suited']).default('torch').describe("initial weights: PyTorch's defaults, bit for bit those of the authors' runs (seed 42), or He, LeCun or Glorot by activation"),
  learningRate: z.number().positive().default(0.001).describe('of an optimiser without a grid'),
  sgdRates: z.array(z.number().positive()).default([]).describe('learning rates of SGD to choose from for each activation, by the lowest validation loss (empty: learningRate)'),
  adamRates: z.array(z.number().positive()).default([]).describe('the same for Adam and AdamW'),
  tuningEpochs: count('epochs at most of a run that tries a learning rate').default(5),
  tuningSeed: z.int().min(0).default(0).describe('of the runs that try learning rates; not among seeds'),
  momentum: z.number().min(0).max(0.9999).default(0.9).describe('of SGD'),
  patience: limit('epochs without a lower validation loss after which a run stops (0: never)').default(5),
  testWeights: z.enum(['last', 'best']).default('last').describe('weights that are tested: of the last epoch (as the authors do) or of the best one'),
  gradientNorms: z.enum(['last', 'mean', 'off']).default('last').describe("gradient norm of every weight: of each epoch's last batch (as the authors do), mean over the epoch's batches, or none"),
  perturbations: z.array(z.number()).min(1).default([0]).describe('a copy of every run for each of these, added to its first weight: how far rounding carries'),
  timingSteps: limit('steps timed fused and stock, alternating, for each activation (0: no timing)').default(10),
  threads: limit('threads of one operation (0: all cores); results depend on it').default(0),
  processes: limit('runs at a time, each in a process of its own (1: in this one; 0: as many as there are cores for threads)').default(1),
  checkpointSeconds: z.number().positive().default(300).describe('seconds between checkpoints inside an epoch'),
  runsDir: z.string().min(1).default('runs').describe('folder of the runs and the report'),
  force: z.boolean().default(false).describe('train finished runs again'),
} satisfies z.ZodRawShape;

/** The options of an image classification experiment. */
export const classificationOptions = z.strictObject({ ...OPTIONS, ...APL_OPTIONS });

/** A resolved configuration. */
export type ClassificationConfig = z.output<typeof classificationOptions>;

/** The paper's networks: of sections 3.1 and 3.2, and of section 5 by S and by depth. */
export type ModelName = 'cnn' | 'resnet50' | 'apl-cnn' | 'apl-net';

/** Whether a network is of the experiments with APL, which have options of their own. */
export const isApl = (model: ModelName): boolean => model.startsWith('apl-');

const BY_DEPTH = ['depths', 'firstActivation'] as const;
const BY_SEGMENTS = ['variant', 'head', 'warmStartEpochs'] as const;

/** Names of the options that a network does not have. */
export function foreignOptions(model: ModelName): readonly (keyof ClassificationConfig)[] {
  const apl = Object.keys(APL_OPTIONS) as (keyof typeof APL_OPTIONS)[];
  switch (model) {
    case 'cnn':
      return ['activationSites', ...apl];
    case 'resnet50':
      return apl;
    case 'apl-cnn':
      return ['activationSites', ...BY_DEPTH];
    case 'apl-net':
      return ['activationSites', ...BY_SEGMENTS];
  }
}

/** The options of an experiment with `model`. */
export function optionsFor(model: ModelName): OptionsSchema {
  return classificationOptions.omit(Object.fromEntries(foreignOptions(model).map((name) => [name, true])) as Record<'activationSites', true>);
}
