import { benchStepsExperiment } from '../../src/bench/steps/experiment';

export const experiment = benchStepsExperiment('What APL costs: training steps with APL by the number of hinges against ReLU in the same network, fused and composed of stock ops, with the memory kept for the backward pass.');
