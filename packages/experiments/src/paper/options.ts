import { z } from 'zod';
import { PART_NAMES } from './parts';

/** The options of the whole list. */
export const paperOptions = z.strictObject({
  only: z.array(z.enum(PART_NAMES)).default([]).describe('parts to run (empty: those of the preset); the report always shows what is there'),
  parts: z.array(z.enum(PART_NAMES)).min(1).default(['cnn-faithful', 'cnn-spread', 'resnet-spread', 'resnet-faithful', 'cnn-corrected']).describe('parts of the list'),
  dataDir: z.string().nullable().default(null).describe('folder of the official files of CIFAR-10 and MNIST (none: $CUDA_ACTIVATIONS_DATA, then the cache, then a download)'),
  short: z.boolean().default(false).describe('a few steps of each run on procedural images, to see that everything works; the numbers mean nothing'),
  from: z.string().min(1).nullable().default(null).describe('folder of an earlier export whose finished runs are taken over, not trained again (none: every run is trained here)'),
  runsDir: z.string().min(1).default('runs').describe('folder of the runs and the report'),
  resultsDir: z.string().nullable().default(null).describe('folder to export the report and all numbers to (none: no export)'),
  force: z.boolean().default(false).describe('train finished runs again'),
});

/** A resolved configuration. */
export type PaperConfig = z.output<typeof paperOptions>;
