import { loadAplRunner } from '../../src/apl/runner';
import { classificationExperiment } from '../../src/classification/experiment';
import { subjectOf } from '../../src/classification/subject';

export const experiment = classificationExperiment(subjectOf('apl-depth'), loadAplRunner);
