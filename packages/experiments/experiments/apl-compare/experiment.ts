import { classificationExperiment } from '../../src/classification/experiment';
import { subjectOf } from '../../src/classification/subject';

export const experiment = classificationExperiment(subjectOf('apl-compare'), async () => (await import('../../src/apl/run.js')).runApl);
