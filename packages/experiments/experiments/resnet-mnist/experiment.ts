import { classificationExperiment } from '../../src/classification/experiment';

export const experiment = classificationExperiment({ model: 'resnet50', family: 'mnist', title: 'ResNet-50 on MNIST' });
