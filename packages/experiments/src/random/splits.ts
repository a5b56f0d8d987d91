import { TorchGenerator } from '@cuda-activations/models';

/** Positions of the official training images that a run trains on and validates on. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * `torch.utils.data.random_split`: a random permutation whose first part is for training.
 *
 * @param count images to split
 * @param validationCount images for validation
 * @param generator advances by one permutation of `count`
 */
export function randomSplit(count: number, validationCount: number, generator: TorchGenerator): Split {
  if (!Number.isInteger(validationCount) || validationCount < 0 || validationCount >= count) {
    throw new RangeError(`validationCount: expected an integer from 0 to ${count - 1}, got ${validationCount}`);
  }
  const order = generator.permutation(count);
  return { train: order.subarray(0, count - validationCount), validation: order.subarray(count - validationCount) };
}

/** The official number of training images, in the order in which the authors' notebooks split the two sets. */
const SPLIT_ORDER = { mnist: 60_000, cifar10: 50_000 } as const;

/**
 * The authors' split: 80 % train, 20 % validation. One generator splits MNIST first and CIFAR-10 second, so the second split
 * depends on the first.
 */
export function authorsSplit(dataset: keyof typeof SPLIT_ORDER, seed = 42): Split {
  const generator = new TorchGenerator(seed);
  if (dataset === 'cifar10') generator.permutation(SPLIT_ORDER.mnist);
  const count = SPLIT_ORDER[dataset];
  return randomSplit(count, count / 5, generator);
}
