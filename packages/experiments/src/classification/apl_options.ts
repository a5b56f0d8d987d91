import { APL_INITIALIZATIONS } from 'cuda-activations';
import { z } from 'zod';

/** Options of the experiments with APL alone; the defaults are what every other experiment does. */
export const APL_OPTIONS = {
  variant: z.enum(['park', 'caffe']).default('park').describe("network: of the paper, or of the original (Caffe's sizes of pools, dropout after every activation, normal weights)"),
  head: z.enum(['authors', 'active', 'linear']).default('active').describe('activation at the two hidden fully connected layers: every one (active), none (linear), or none for APL alone (as the authors do)'),
  depths: z.array(z.int().min(2)).min(1).default([3, 5, 7]).describe('numbers of convolutions'),
  firstActivation: z.boolean().default(true).describe("whether an activation follows the first convolution; in the authors' code none does"),
  aplSharing: z.enum(['channel', 'layer', 'position']).default('channel').describe('which elements share the hinges of APL; the original shares none (position)'),
  aplInitialization: z.enum(APL_INITIALIZATIONS).default('agostinelli').describe('how the hinges of APL start'),
  augmentation: z.enum(['none', 'train', 'all']).default('none').describe('random crop and flip of no images, of training images, or of those evaluated after each epoch too (as the authors do)'),
  evaluatedOn: z.enum(['validation', 'test']).default('validation').describe('images evaluated after each epoch: a fifth of the training images, or the test images (as the authors do, who keep none for validation)'),
  evaluationBatch: z.int().min(0).default(0).describe('images of a step of evaluation (0: batchSize)'),
  trainLimit: z.int().min(0).default(0).describe('training images at most (0: all)'),
  weightDecay: z.number().min(0).default(0).describe('coefficient of L2 (SGD, Adam: added to the gradient; AdamW: apart from it)'),
  decayed: z.enum(['all', 'weights']).default('weights').describe('what decays: every parameter (as the authors do), or the weights of convolutions and fully connected layers'),
  hingeDecay: z.number().min(0).nullable().default(null).describe('coefficient of L2 of what activations learn (none: as decayed says)'),
  rateDrops: z.array(z.number().min(0).max(1)).default([]).describe('shares of the steps after which the learning rate falls to a tenth'),
  momentumStart: z.number().min(0).max(0.9999).nullable().default(null).describe('momentum of SGD at the start, from which it rises to momentum (none: constant)'),
  resultsDir: z.string().nullable().default(null).describe('folder to export the report and all numbers to (none: no export)'),
  warmStartEpochs: z.int().min(0).default(0).describe("epochs that ReLU trains before those that are reported, as in the authors' notebook"),
} satisfies z.ZodRawShape;
