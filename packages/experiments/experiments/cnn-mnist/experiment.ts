import { classificationExperiment } from '../../src/classification/experiment';

export const experiment = classificationExperiment({ model: 'cnn', family: 'mnist', title: 'CNN on MNIST' });
