import { classificationExperiment } from '../../src/classification/experiment';
import { subjectOf } from '../../src/classification/subject';

export const experiment = classificationExperiment(subjectOf('apl-depth'), async () => (await import('../../src/apl/run.js')).runApl);
