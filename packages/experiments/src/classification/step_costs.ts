import type { ModelName } from './config';

/** Milliseconds of a training step at batch 64 on two cores, to guess the remaining time before any step was measured. */
export const EXPECTED_STEP_MS: Readonly<Record<ModelName, Readonly<Record<'mnist' | 'cifar', number>>>> = {
  cnn: { mnist: 3, cifar: 5 },
  resnet50: { mnist: 350, cifar: 600 },
  'apl-cnn': { mnist: 400, cifar: 500 },
  'apl-net': { mnist: 300, cifar: 400 },
};
