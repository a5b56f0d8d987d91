import { benchStepsExperiment } from '../../src/bench/steps/experiment';

export const experiment = benchStepsExperiment('Measures training steps of the CNN, ResNet-50 and the CNN with APL against stock TensorFlow.js, its repaired form, and Keras.');
