import { paperExperiment } from '../../src/paper/experiment';

export const experiment = paperExperiment();
