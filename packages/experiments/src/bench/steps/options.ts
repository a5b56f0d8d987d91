import { z } from 'zod';
import { PEERS } from './arms';
import { MODELS } from './models';

/** The options of `bench-steps`. */
export const benchStepsOptions = z.strictObject({
  models: z.array(z.enum(MODELS)).min(1).default(['cnn', 'resnet50', 'bert-tiny', 'bert-tiny-dropout', 'apl']).describe("networks; bert-tiny is an encoder of 2 layers x 128, apl the CNN with APL at every site, apl-cnn the network of the experiments with APL"),
  segments: z.array(z.int().min(1)).min(1).default([5]).describe('numbers of hinges of the networks with APL'),
  batchSize: z.int().min(1).default(64).describe('images or sentences of a step'),
  tokens: z.int().min(1).max(512).default(128).describe('that each sentence is padded to'),
  peers: z.array(z.enum(PEERS)).default(['stock', 'repaired', 'keras']).describe('what ours is compared with; keras and torch install TensorFlow and PyTorch for Python into the cache; an empty list measures ours alone'),
  samples: z.int().min(3).default(15).describe('samples of each arm'),
  sampleMs: z.number().min(0).default(50).describe('milliseconds that a sample lasts at least; shorter steps are repeated, and the sample is their median'),
  warmupMs: z.number().min(0).default(1500).describe('milliseconds of steps before the first sample'),
  threads: z.int().min(0).default(0).describe('threads of one operation, in every arm; 0: one for each core'),
  learningRate: z.number().positive().default(0.001).describe('of SGD'),
  momentum: z.number().min(0).max(1).default(0.9).describe('of SGD'),
  seed: z.int().min(0).default(42).describe('of weights, batches and masks'),
  profile: z.boolean().default(false).describe("also print where the time of the compiled arms and of Keras goes, op by op, by TensorFlow's profiler"),
  json: z.string().nullable().default(null).describe('file for the rows and the environment'),
  runsDir: z.string().min(1).default('runs').describe('folder of the report'),
});

export type BenchStepsConfig = z.output<typeof benchStepsOptions>;
