import type { SyntheticFamily } from '../data/synthetic/synthetic';
import type { ModelName } from './config';

/** What an image classification experiment is about. */
export interface ClassificationSubject {
  /** Its name: the folder under experiments/, and of its runs. */
  readonly experiment: string;
  readonly model: ModelName;
  readonly family: SyntheticFamily;
  readonly title: string;
}

const subject = (experiment: string, model: ModelName, family: SyntheticFamily, title: string): ClassificationSubject => ({ experiment, model, family, title });

/** Sections 3.1 and 3.2 of the paper: two networks on two data sets. */
export const SUBJECTS: readonly ClassificationSubject[] = [
  subject('cnn-mnist', 'cnn', 'mnist', 'CNN on MNIST'),
  subject('cnn-cifar', 'cnn', 'cifar', 'CNN on CIFAR-10'),
  subject('resnet-mnist', 'resnet50', 'mnist', 'ResNet-50 on MNIST'),
  subject('resnet-cifar', 'resnet50', 'cifar', 'ResNet-50 on CIFAR-10'),
];

/** Section 5 of the paper: experiments with APL on CIFAR-10, by the number of its hinges and by depth. */
export const APL_SUBJECTS: readonly ClassificationSubject[] = [
  subject('apl-segments', 'apl-cnn', 'cifar', 'APL by the number of its hinges'),
  subject('apl-compare', 'apl-cnn', 'cifar', 'APL beside other activations'),
  subject('apl-shapes', 'apl-cnn', 'cifar', 'Shapes that APL learns'),
  subject('apl-depth', 'apl-net', 'cifar', 'APL by depth'),
];

/** @throws RangeError for another name */
export function subjectOf(experiment: string): ClassificationSubject {
  const found = [...SUBJECTS, ...APL_SUBJECTS].find((candidate) => candidate.experiment === experiment);
  if (!found) throw new RangeError(`experiment: expected one of ${[...SUBJECTS, ...APL_SUBJECTS].map((candidate) => candidate.experiment).join(', ')}, got ${experiment}`);
  return found;
}
