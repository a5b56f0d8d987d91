import { TorchGenerator } from '@cuda-activations/models';
import type { ImageDataset } from '../data/dataset';
import { authorsSplit, randomSplit, type Split } from '../random/splits';
import type { ClassificationConfig } from './config';

/** What decides which training images a run trains on. */
type SplitOptions = Pick<ClassificationConfig, 'evaluatedOn' | 'trainLimit'>;

/** Training images of a run, of `count` that the data set has: a fifth is for validation, unless the test images are evaluated. */
export function trainCountOf(count: number, { evaluatedOn, trainLimit }: SplitOptions): number {
  const all = evaluatedOn === 'test' ? count : count - Math.floor(count / 5);
  return trainLimit > 0 ? Math.min(trainLimit, all) : all;
}

/** The authors' split of an official set; 80 % to 20 % of any other; everything for training where the test images are evaluated. */
export function splitOf({ name, train: { count } }: ImageDataset, options: SplitOptions, seed: number): Split {
  const whole = () => {
    if (options.evaluatedOn === 'test') return { train: Int32Array.from({ length: count }, (_, i) => i), validation: new Int32Array() };
    if ((name === 'cifar10' && count === 50_000) || (name === 'mnist' && count === 60_000)) return authorsSplit(name, seed);
    return randomSplit(count, Math.floor(count / 5), new TorchGenerator(seed));
  };
  const { train, validation } = whole();
  return { train: train.subarray(0, trainCountOf(count, options)), validation };
}
