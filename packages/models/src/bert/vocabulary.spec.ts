import { uncasedTokenizer } from './tokenizer';
import { wordVocabulary } from './vocabulary';

test('frequent words are one token, rare ones their characters, accents and case are nothing', () => {
  const words = wordVocabulary(['Café, café!', 'a cafe again', 'AB']);
  expect(words.slice(0, 4)).toEqual(['[UNK]', '[PAD]', '[CLS]', '[SEP]']);
  expect(words.filter((word) => word.length > 1 && !/^(##|\[)/.test(word))).toEqual(['cafe']);
  const tokenizer = uncasedTokenizer(words, 'test');
  const ids = (...tokens: string[]) => tokens.map((token) => words.indexOf(token));
  expect(tokenizer.encode('CAFÉ, ab')).toEqual(ids('[CLS]', 'cafe', ',', 'a', '##b', '[SEP]'));
  expect(tokenizer.encode('z')).toEqual(ids('[CLS]', '[UNK]', '[SEP]'));
  expect(tokenizer.hash).not.toBe(uncasedTokenizer([...words, 'more'], 'test').hash);
});
