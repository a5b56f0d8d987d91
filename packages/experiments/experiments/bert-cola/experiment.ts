import { bertExperiment } from '../../src/bert/experiment';
import { bertSubject } from '../../src/bert/subject';

export const experiment = bertExperiment(bertSubject('bert-cola'));
