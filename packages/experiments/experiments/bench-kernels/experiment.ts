import { benchKernelsExperiment } from '../../src/bench/kernels/experiment';

export const experiment = benchKernelsExperiment();
