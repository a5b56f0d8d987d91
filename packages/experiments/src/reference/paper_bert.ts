import file from './paper_bert.json';

/** What the paper prints of one run of BERT. */
export interface PaperBertRow {
  /** Percent. */
  readonly accuracy: number;
  readonly weightedF1: number;
  readonly seconds: number | null;
  readonly secondsPerEpoch: number | null;
}

/** Where the values are from. */
export const PAPER_BERT_SOURCE = `${file.source}. ${file.note}`;

/** Sentences of the authors' test. */
export const PAPER_BERT_TEST = file.testSentences;

/** The paper's values of an activation in an experiment; undefined where it has none. */
export function paperBert(experiment: string, activation: string): PaperBertRow | undefined {
  const rows = (file.experiments as Readonly<Record<string, Readonly<Record<string, PaperBertRow>>>>)[experiment];
  return rows?.[activation];
}
