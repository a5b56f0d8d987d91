import { classificationExperiment } from '../../src/classification/experiment';
import { subjectOf } from '../../src/classification/subject';

export const experiment = classificationExperiment(subjectOf('cnn-mnist'));
