import type { ModelName } from './config';

/**
 * Milliseconds of a training step at batch 64, to guess the remaining time before any step was measured: of the CNN on one of two cores
 * (it runs two at a time), of ResNet-50 on both.
 */
export const EXPECTED_STEP_MS: Readonly<Record<ModelName, Readonly<Record<'mnist' | 'cifar', number>>>> = {
  cnn: { mnist: 3.6, cifar: 6.2 },
  resnet50: { mnist: 200, cifar: 460 },
  'apl-cnn': { mnist: 400, cifar: 500 },
  'apl-net': { mnist: 300, cifar: 400 },
};
