import { classificationExperiment } from '../../src/classification/experiment';

export const experiment = classificationExperiment({ model: 'resnet50', family: 'cifar', title: 'ResNet-50 on CIFAR-10' });
