import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import reference from './testing/wordpiece.json';
import { loadBertTokenizer, type BertTokenizer } from './tokenizer';

const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'un', '##aff', '##able', 'cafe', '!', '中', 'constructor', '##s'];
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tokenizer-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

function withVocabulary(words: readonly string[], ending = '\n'): BertTokenizer {
  fs.writeFileSync(path.join(folder, 'vocab.txt'), words.join(ending) + ending);
  return loadBertTokenizer(folder);
}

describe('BertTokenizer', () => {
  it.each([
    ['Unaffable!', [2, 5, 6, 7, 9, 3]],
    ['CAFÉ\t café', [2, 8, 8, 3]],
    ['中中', [2, 10, 10, 3]],
    ['xyz', [2, 1, 3]],
    ['constructors', [2, 11, 12, 3]],
    ['', [2, 3]],
    ['  \n', [2, 3]],
    ['un[SEP]un', [2, 5, 3, 5, 3]],
    ['a'.repeat(101), [2, 1, 3]],
  ])('%j', (text, ids) => {
    expect(withVocabulary(WORDS).encode(text)).toEqual(ids);
    expect(withVocabulary(WORDS, '\r\n').encode(text)).toEqual(ids);
  });

  it('cuts long texts and keeps their end token', () => {
    const tokenizer = withVocabulary(WORDS);
    expect(tokenizer.encode('unaffable un un', 5)).toEqual([2, 5, 6, 7, 3]);
    expect(tokenizer.encode('un', 2)).toEqual([2, 3]);
    expect(() => tokenizer.encode('un', 1)).toThrow('maxLength: expected at least 2, for the special tokens, got 1');
  });

  it('pads to the longest or to a length', () => {
    const tokenizer = withVocabulary(WORDS);
    expect(tokenizer.pad([[2, 5, 3], [2, 3]])).toEqual({ ids: Int32Array.of(2, 5, 3, 2, 3, 0), mask: Int32Array.of(1, 1, 1, 1, 1, 0), shape: [2, 3] });
    expect(tokenizer.pad([[2, 3]], 4).mask).toEqual(Int32Array.of(1, 1, 0, 0));
    expect(() => tokenizer.pad([[2, 5, 3]], 2)).toThrow('length: expected at least 3, the length of sequence 0, got 2');
    expect(tokenizer.pad([]).shape).toEqual([0, 0]);
  });

  it('reads tokenizer.json before vocab.txt', () => {
    const tokenizer = withVocabulary(WORDS);
    expect(tokenizer.vocabularySize).toBe(13);
    const vocab = Object.fromEntries(WORDS.map((word, id) => [word, id]));
    const json = { added_tokens: [], normalizer: null, pre_tokenizer: { type: 'BertPreTokenizer' }, post_processor: null, decoder: null, model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', vocab } };
    fs.writeFileSync(path.join(folder, 'tokenizer.json'), JSON.stringify(json));
    expect(loadBertTokenizer(folder).encode('un')).toEqual([5]);
    expect(loadBertTokenizer(path.join(folder, 'vocab.txt')).encode('un')).toEqual([2, 5, 3]);
  });

  it('names what is missing or wrong', () => {
    expect(() => loadBertTokenizer(folder)).toThrow(`${folder}: expected a tokenizer.json or vocab.txt there`);
    expect(() => withVocabulary(['the', 'a', '[UNK]'])).toThrow(/vocab\.txt: expected a BERT vocabulary.*\[PAD\] is missing/);
    expect(() => withVocabulary([...WORDS, 'un'])).toThrow(/line 14 repeats "un" of line 6/);
    fs.writeFileSync(path.join(folder, 'tokenizer.json'), '{');
    expect(() => loadBertTokenizer(folder)).toThrow(/tokenizer\.json: expected the JSON of a tokeniser/);
    fs.writeFileSync(path.join(folder, 'tokenizer.json'), '{"model": {"type": "BPE"}}');
    expect(() => loadBertTokenizer(folder)).toThrow('expected a WordPiece model, got "BPE"');
  });
});

/** Sentences of CoLA and SST-2 and odd ones with the ids of transformers' tokeniser, and the words of bert-base-uncased that they use. */
describe('the reference tokeniser', () => {
  let tokenizer: BertTokenizer | undefined;

  it.each(reference.sentences.map(({ text, ids }): [string, number[]] => [JSON.stringify(text), ids]))('%s', (text, ids) => {
    if (!tokenizer) {
      const words = Array.from({ length: Math.max(...Object.values(reference.vocab)) + 1 }, (_, id) => `[unused-${id}]`);
      for (const [word, id] of Object.entries(reference.vocab)) words[id] = word;
      tokenizer = withVocabulary(words);
    }
    expect(tokenizer.encode(JSON.parse(text) as string)).toEqual(ids);
  });
});
