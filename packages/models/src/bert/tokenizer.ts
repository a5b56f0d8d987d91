import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';

/** Sequences of one length: ids and attention mask, row by row. */
export interface TokenBatch {
  readonly ids: Int32Array;
  readonly mask: Int32Array;
  /** [batch, length]. */
  readonly shape: readonly [batch: number, length: number];
}

/** The tokens that BERT needs, by what they are for. */
export const SPECIAL = { unknown: '[UNK]', padding: '[PAD]', start: '[CLS]', end: '[SEP]' } as const;

/**
 * WordPiece as BERT has it: text to ids, with [CLS] before and [SEP] behind.
 *
 * Source: Devlin et al. 2019; the vocabulary is a `vocab.txt` (lower-case) or a `tokenizer.json`, read by `@huggingface/tokenizers`.
 */
export class BertTokenizer {
  readonly vocabularySize: number;
  readonly paddingId: number;
  readonly #tokenizer: Tokenizer;
  readonly #endId: number;

  /** SHA-256 of its definition: equal for tokenisers that give equal ids. */
  readonly hash: string;

  /**
   * @param json of a WordPiece model with BERT's special tokens, as in a `tokenizer.json`
   * @param source where it is from, for messages
   */
  constructor(json: object, source: string) {
    const tokenizer = tokenizerOf(json, source);
    this.hash = createHash('sha256').update(JSON.stringify(json)).digest('hex');
    const id = (token: string): number => {
      const found = tokenizer.token_to_id(token);
      if (found === undefined) throw new Error(`${source}: expected a BERT vocabulary, whose special tokens are ${Object.values(SPECIAL).join(', ')}; ${token} is missing`);
      return found;
    };
    for (const token of Object.values(SPECIAL)) id(token);
    this.#tokenizer = tokenizer;
    this.paddingId = id(SPECIAL.padding);
    this.#endId = id(SPECIAL.end);
    this.vocabularySize = Math.max(...tokenizer.get_vocab(true).values()) + 1;
  }

  /**
   * The ids of one text. An empty one is [CLS] [SEP]; of a longer one the end is cut off and [SEP] kept.
   * @param maxLength in tokens, the special ones among them
   */
  encode(text: string, maxLength = Infinity): number[] {
    if (!(maxLength >= 2)) throw new RangeError(`maxLength: expected at least 2, for the special tokens, got ${maxLength}`);
    const { ids } = this.#tokenizer.encode(text);
    return ids.length <= maxLength ? ids : [...ids.slice(0, maxLength - 1), this.#endId];
  }

  /** Pads sequences of ids to the longest of them, or to `length`. */
  pad(sequences: readonly (readonly number[])[], length = Math.max(0, ...sequences.map((ids) => ids.length))): TokenBatch {
    const ids = new Int32Array(sequences.length * length).fill(this.paddingId);
    const mask = new Int32Array(ids.length);
    sequences.forEach((sequence, row) => {
      if (sequence.length > length) throw new RangeError(`length: expected at least ${sequence.length}, the length of sequence ${row}, got ${length}`);
      ids.set(sequence, row * length);
      mask.fill(1, row * length, row * length + sequence.length);
    });
    return { ids, mask, shape: [sequences.length, length] };
  }
}

/**
 * The tokeniser of a folder: `tokenizer.json` where there is one, else `vocab.txt`, which is taken for an uncased vocabulary; or of one such file.
 * @throws Error naming the file that is missing or no BERT vocabulary
 */
export function loadBertTokenizer(place: string): BertTokenizer {
  const file = fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ? ['tokenizer.json', 'vocab.txt'].map((name) => path.join(place, name)).find((name) => fs.existsSync(name)) : place;
  if (file === undefined || !fs.existsSync(file)) throw new Error(`${place}: expected a tokenizer.json or vocab.txt there`);
  const text = fs.readFileSync(file, 'utf8');
  if (file.endsWith('.json')) return new BertTokenizer(parse(file, text), file);
  return uncasedTokenizer(text.replace(/\r?\n$/, '').split(/\r?\n/), file);
}

/**
 * A tokeniser that lower-cases, of a vocabulary whose ids are the places of its words.
 * @param source of the vocabulary, for messages
 * @throws Error where a word comes twice, or a special token is missing
 */
export function uncasedTokenizer(words: readonly string[], source: string): BertTokenizer {
  return new BertTokenizer(uncased(source, words), source);
}

function tokenizerOf(json: object, source: string): Tokenizer {
  try {
    return new Tokenizer(json, {});
  } catch (error) {
    throw new Error(`${source}: expected a tokeniser as transformers saves it; one of its parts cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

function parse(file: string, text: string): object {
  let json: { model?: { type?: string } } | null;
  try {
    json = JSON.parse(text) as typeof json;
  } catch (error) {
    throw new Error(`${file}: expected the JSON of a tokeniser: ${(error as Error).message}`, { cause: error });
  }
  if (json?.model?.type !== 'WordPiece') throw new Error(`${file}: expected a WordPiece model, got ${JSON.stringify(json?.model?.type)}`);
  return json;
}

/** What `tokenizer.json` of bert-base-uncased says, around another vocabulary. */
function uncased(file: string, words: readonly string[]): object {
  const vocab: Record<string, number> = Object.create(null) as Record<string, number>;
  words.forEach((word, id) => {
    if (word in vocab) throw new Error(`${file}: line ${id + 1} repeats ${JSON.stringify(word)} of line ${(vocab[word] as number) + 1}`);
    vocab[word] = id;
  });
  const special = [...Object.values(SPECIAL), '[MASK]'].filter((token) => token in vocab).map((content) => ({ id: vocab[content], content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
  const token = (content: string): object => ({ id: content, ids: [vocab[content]], tokens: [content] });
  return {
    version: '1.0',
    added_tokens: special,
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: SPECIAL.start, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: SPECIAL.end, type_id: 0 } }],
      pair: [],
      special_tokens: { [SPECIAL.start]: token(SPECIAL.start), [SPECIAL.end]: token(SPECIAL.end) },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: SPECIAL.unknown, continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}
