import type { TextName } from '../data/text/official_texts';

/** What a sentence classification experiment with BERT is about. */
export interface BertSubject {
  /** Its name: the folder under experiments/, and of its runs. */
  readonly experiment: string;
  readonly task: TextName;
  readonly title: string;
}

/** Section 3.3 of the paper: feed-forward activations of BERT on two sets of sentences. */
export const BERT_SUBJECTS: readonly BertSubject[] = [
  { experiment: 'bert-cola', task: 'cola', title: 'BERT on CoLA' },
  { experiment: 'bert-sst2', task: 'sst2', title: 'BERT on SST-2' },
];

/** @throws RangeError for another name */
export function bertSubject(experiment: string): BertSubject {
  const found = BERT_SUBJECTS.find((candidate) => candidate.experiment === experiment);
  if (!found) throw new RangeError(`experiment: expected one of ${BERT_SUBJECTS.map((candidate) => candidate.experiment).join(', ')}, got ${experiment}`);
  return found;
}
