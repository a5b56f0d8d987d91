import type { TokenBatch } from '@cuda-activations/models';
import type { TextSplit } from '../data/text/text_dataset';
import { pythonShuffle } from '../random/python_shuffle';
import type { EvaluationSplit } from '../train/program';
import type { BertRunConfig } from './config';
import type { Texts } from './texts';

/** Sentences as ids, with their labels. */
export interface TokenPart {
  readonly ids: readonly (readonly number[])[];
  readonly labels: Int32Array;
}

/** Few lengths, so that a compiled step has few forms; eight tokens apart where most sentences are. */
const LENGTHS = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

type Options = Pick<BertRunConfig, 'lengths' | 'maxLength' | 'evaluationLimit' | 'trainLimit' | 'holdout'>;

/** Sentences of the training part that are kept for the test; a fifth of a set that is too small for so many. */
export function holdoutOf(count: number, { holdout }: Pick<Options, 'holdout'>): number {
  return Math.min(holdout, Math.floor(count / 5));
}

/** Sentences that a run trains on. */
export function trainCountOf(count: number, options: Pick<Options, 'holdout' | 'trainLimit'>): number {
  const all = count - holdoutOf(count, options);
  return options.trainLimit > 0 ? Math.min(options.trainLimit, all) : all;
}

/** The tokens of one seed: to train on, the official validation sentences, and the hold-out for the test. */
export class TokenData {
  readonly train: TokenPart;
  readonly #evaluated: Readonly<Record<EvaluationSplit, TokenPart>>;

  /** @param seed of the hold-out, which is that of the authors' code: Python's shuffle, the first sentences for the test */
  constructor(
    readonly texts: Texts,
    private readonly options: Options,
    seed: number,
  ) {
    const { dataset } = texts;
    const order = pythonShuffle(dataset.train.sentences.length, seed);
    const held = holdoutOf(order.length, options);
    const limited = (positions: Int32Array) => (options.evaluationLimit > 0 ? positions.subarray(0, options.evaluationLimit) : positions);
    const part = (split: TextSplit, positions: Int32Array): TokenPart => ({
      ids: Array.from(positions, (position) => texts.ids(split, position, options.maxLength)),
      labels: Int32Array.from(positions, (position) => split.labels[position] ?? 0),
    });
    this.train = part(dataset.train, order.subarray(held, held + trainCountOf(order.length, options)));
    const dev = Int32Array.from(dataset.dev.sentences, (_, i) => i);
    this.#evaluated = { validation: this.#sorted(part(dataset.dev, limited(dev))), test: this.#sorted(part(dataset.train, limited(order.subarray(0, held)))) };
  }

  /** An evaluated part. */
  part(split: EvaluationSplit): TokenPart {
    return this.#evaluated[split];
  }

  /** A batch of a part, padded to the length that holds all of it. */
  batch(part: TokenPart, positions: ArrayLike<number>): TokenBatch & { readonly labels: Int32Array } {
    const chosen = Array.from(positions, (position) => part.ids[position] ?? []);
    const { lengths, maxLength } = this.options;
    const longest = Math.max(...chosen.map((ids) => ids.length));
    const length = lengths === 'fixed' ? maxLength : Math.min(maxLength, LENGTHS.find((candidate) => candidate >= longest) ?? longest);
    return { ...this.texts.tokenizer.pad(chosen, length), labels: Int32Array.from(positions, (position) => part.labels[position] ?? 0) };
  }

  /** The longest sentences first: batches of like length, and the largest one first, should it not fit into memory. */
  #sorted(part: TokenPart): TokenPart {
    if (this.options.lengths === 'fixed') return part;
    const order = part.ids.map((_, i) => i).sort((a, b) => (part.ids[b]?.length ?? 0) - (part.ids[a]?.length ?? 0) || a - b);
    return { ids: order.map((i) => part.ids[i] ?? []), labels: Int32Array.from(order, (i) => part.labels[i] ?? 0) };
  }
}
