import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadBertTokenizer, uncasedTokenizer, wordVocabulary, type BertTokenizer } from '@cuda-activations/models';
import { messageOf, UsageError } from '../config/errors';
import { loadTextDataset } from '../data/text/load_texts';
import { DEFAULT_TEXT_COUNTS } from '../data/text/synthetic_texts';
import type { TextDataset, TextSplit } from '../data/text/text_dataset';
import type { BertRunConfig } from './config';
import type { BertSubject } from './subject';
import { weightsLabel } from './weights';

/** The sentences of an experiment, and what cuts them into tokens. */
export class Texts {
  /** Every seed and run has the same sentences. */
  readonly #ids = new Map<TextSplit, (readonly number[])[]>();

  /**
   * @param vocabulary where it is from, for people
   * @param place its file or folder; undefined where it was made of the sentences
   */
  constructor(
    readonly dataset: TextDataset,
    readonly tokenizer: BertTokenizer,
    readonly vocabulary: string,
    readonly place?: string,
  ) {}

  /** The ids of a sentence, cut off behind `maxLength` tokens. */
  ids(split: TextSplit, position: number, maxLength: number): readonly number[] {
    const known = this.#ids.get(split) ?? [];
    this.#ids.set(split, known);
    const ids = (known[position] ??= this.tokenizer.encode(split.sentences[position] ?? ''));
    return ids.length <= maxLength ? ids : this.tokenizer.encode(split.sentences[position] ?? '', maxLength);
  }
}

/** The vocabulary of bert-base-uncased, where it lies beside the data. */
const BESIDE_DATA = 'bert-base-uncased';

/** Loads the sentences and the tokeniser; `print` gets what the user should see. @throws UsageError naming an unusable vocabulary */
export async function loadTexts(subject: BertSubject, config: BertRunConfig, print: (line: string) => void = () => undefined): Promise<Texts> {
  const dataset = await loadTextDataset({
    task: subject.task,
    dataset: config.dataset === 'auto' || config.dataset === 'synthetic' ? config.dataset : 'official',
    integrity: config.integrity,
    counts: { train: config.syntheticTrain || DEFAULT_TEXT_COUNTS.train, dev: config.syntheticDev || DEFAULT_TEXT_COUNTS.dev },
    log: print,
    ...(config.dataDir !== null && { dataDir: config.dataDir }),
  });
  const place = config.vocabulary ?? config.weights ?? besideData(dataset);
  if (place === undefined) {
    const words = wordVocabulary(dataset.train.sentences);
    const source = 'words of the training sentences';
    return new Texts(dataset, uncasedTokenizer(words, source), source);
  }
  try {
    return new Texts(dataset, loadBertTokenizer(place), weightsLabel(place), place);
  } catch (error) {
    throw new UsageError(`${config.vocabulary === null ? 'weights' : 'vocabulary'}: ${messageOf(error)}`);
  }
}

function besideData({ directory }: TextDataset): string | undefined {
  if (directory === null) return undefined;
  return [directory, path.dirname(directory)].map((folder) => path.join(folder, BESIDE_DATA)).find((folder) => fs.existsSync(path.join(folder, 'vocab.txt')));
}
