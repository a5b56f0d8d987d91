import { classificationExperiment } from '../../src/classification/experiment';

export const experiment = classificationExperiment({ model: 'cnn', family: 'cifar', title: 'CNN on CIFAR-10' });
