import { puzzleExperiment } from '../../src/bert/puzzle/experiment';

export const experiment = puzzleExperiment();
