import { benchStepsExperiment } from '../../src/bench/steps/experiment';

export const experiment = benchStepsExperiment();
