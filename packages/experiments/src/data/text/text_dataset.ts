import { createHash } from 'node:crypto';
import type { DatasetSource } from '../dataset';

/** Sentences with their labels. */
export interface TextSplit {
  readonly sentences: readonly string[];
  /** Class of each sentence, 0 to classes - 1. */
  readonly labels: Int32Array;
}

/** A sentence classification set in memory. */
export interface TextDataset {
  readonly name: 'cola' | 'sst2' | 'synthetic-cola' | 'synthetic-sst2';
  /** For titles and tables; says so where the sentences are procedural. */
  readonly title: string;
  readonly source: DatasetSource;
  /** The folder of the files; null for the procedural set. */
  readonly directory: string | null;
  readonly classes: number;
  readonly classNames: readonly string[];
  /** To train on, a hold-out of it to test on. */
  readonly train: TextSplit;
  /** The official validation sentences. */
  readonly dev: TextSplit;
  /** SHA-256 over sentences and labels: equal for equal sentences, whatever files they came from. */
  readonly hash: string;
  /** What a reader of the results must know. */
  readonly notes: readonly string[];
}

/** @returns the content hash of a set, see {@link TextDataset.hash} */
export function hashTexts(...splits: readonly TextSplit[]): string {
  const hash = createHash('sha256');
  for (const { sentences, labels } of splits) {
    hash.update(`;${sentences.length};`);
    // A sentence holds no line break, so the two cannot run into each other.
    sentences.forEach((sentence, i) => hash.update(`${labels[i] ?? ''}\t${sentence}\n`));
  }
  return hash.digest('hex');
}
