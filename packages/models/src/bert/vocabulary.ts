import { SPECIAL } from './tokenizer';

/** Words and single punctuation marks, as BERT's tokeniser cuts them. */
const WORDS = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;

/**
 * A vocabulary for `uncasedTokenizer`, made of sentences: BERT's special tokens, every character, alone and as the continuation of a
 * word, and every word that comes often enough, the most frequent first. Words that it lacks become their characters.
 *
 * @param minimum how often a word must come
 */
export function wordVocabulary(sentences: Iterable<string>, minimum = 2): string[] {
  const counts = new Map<string, number>();
  for (const sentence of sentences) {
    const plain = sentence.toLowerCase().normalize('NFD').replace(/\p{Mn}/gu, '');
    for (const word of plain.match(WORDS) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const characters = [...new Set([...counts.keys()].flatMap((word) => [...word]))].sort();
  const frequent = [...counts].filter(([word, count]) => count >= minimum && [...word].length > 1).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return [...Object.values(SPECIAL), ...characters, ...characters.map((character) => `##${character}`), ...frequent.map(([word]) => word)];
}
