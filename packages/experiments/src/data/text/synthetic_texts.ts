import { ImageRandom } from '../synthetic/image_random';
import type { TextName } from './official_texts';
import { hashTexts, type TextDataset, type TextSplit } from './text_dataset';

/** How many procedural sentences to make. */
export interface TextCounts {
  readonly train: number;
  readonly dev: number;
}

/** A second of tokenisation, a minute of training. */
export const DEFAULT_TEXT_COUNTS: TextCounts = { train: 4_000, dev: 500 };

const TRAIN_STREAM = 2;
const DEV_STREAM = 3;

interface Grammar {
  readonly title: string;
  readonly classNames: readonly string[];
  /** The shares of the real set: about 70 % acceptable, about 56 % positive. */
  readonly positive: number;
  readonly sentence: (random: ImageRandom, label: number) => string;
}

const one = (random: ImageRandom, words: readonly string[]): string => words[random.integer(words.length)] ?? '';

const THINGS = ['film', 'movie', 'story', 'plot', 'cast', 'script', 'ending', 'music', 'comedy', 'drama'];
const GOOD = ['moving', 'charming', 'clever', 'funny', 'warm', 'thrilling', 'lovely', 'brilliant', 'fresh', 'touching'];
const BAD = ['dull', 'tedious', 'clumsy', 'bland', 'cold', 'messy', 'awful', 'lifeless', 'stale', 'hollow'];
const DEGREES = ['very', 'rather', 'truly', 'quite', 'so'];
const ASIDES = ['at times', 'for most of its length', 'in the second half', 'despite its cast', 'to my surprise', 'from start to end'];

/** An opinion, negated or not; of two joined by "but" the second one counts. */
function opinion(random: ImageRandom, label: number): string {
  const clause = (positive: boolean): string => {
    const negated = random.chance(0.35);
    const word = one(random, positive !== negated ? GOOD : BAD);
    const degree = random.chance(0.4) ? `${one(random, DEGREES)} ` : '';
    return `the ${one(random, THINGS)} is ${negated ? (random.chance(0.5) ? 'not ' : 'never ') : ''}${degree}${word}`;
  };
  const said = random.chance(0.3) ? `${clause(label === 0)} , but ${clause(label === 1)}` : clause(label === 1);
  return `${said}${random.chance(0.4) ? ` ${one(random, ASIDES)}` : ''} .`;
}

const NOUNS = [['dog', 'dogs'], ['child', 'children'], ['teacher', 'teachers'], ['sailor', 'sailors'], ['book', 'books'], ['friend', 'friends'], ['artist', 'artists'], ['neighbour', 'neighbours']] as const;
const VERBS = [['sees', 'see'], ['likes', 'like'], ['follows', 'follow'], ['finds', 'find'], ['admires', 'admire'], ['knows', 'know']] as const;
const PLACES = ['near', 'behind', 'beside', 'with'];

/** Subject, verb and object; an unacceptable one has a verb of the wrong number, or an article behind its noun. */
function judgement(random: ImageRandom, label: number): string {
  const article = (plural: number): string => (plural === 1 ? one(random, ['the', 'these', 'some']) : one(random, ['the', 'this', 'a']));
  const phrase = (plural: number, turned = false): string[] => {
    const noun = NOUNS[random.integer(NOUNS.length)]?.[plural] ?? '';
    return turned ? [noun, article(plural)] : [article(plural), noun];
  };
  const number = random.integer(2);
  const wrong = label === 0 ? (random.chance(0.6) ? 'number' : 'order') : 'nothing';
  const attached = random.chance(0.4) ? [one(random, PLACES), ...phrase(random.integer(2))] : [];
  const verb = VERBS[random.integer(VERBS.length)]?.[wrong === 'number' ? 1 - number : number] ?? '';
  const words = [...phrase(number), ...attached, verb, ...phrase(random.integer(2), wrong === 'order')];
  return `${words.join(' ').replace(/^./, (letter) => letter.toUpperCase())}.`;
}

const GRAMMARS: Readonly<Record<TextName, Grammar>> = {
  cola: { title: 'procedural sentences, right and wrong (not CoLA)', classNames: ['unacceptable', 'acceptable'], positive: 0.7, sentence: judgement },
  sst2: { title: 'procedural opinions (not SST-2)', classNames: ['negative', 'positive'], positive: 0.56, sentence: opinion },
};

/** The embedded procedural set, written by code: the same sentences whatever the counts. */
export function createSyntheticTexts(task: TextName, counts: TextCounts = DEFAULT_TEXT_COUNTS): TextDataset {
  for (const [name, count] of Object.entries(counts) as [string, number][]) {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`counts.${name}: expected an integer of at least 1, got ${count}`);
  }
  const { title, classNames, positive, sentence } = GRAMMARS[task];
  const split = (count: number, stream: number): TextSplit => {
    const labels = new Int32Array(count);
    const sentences = Array.from({ length: count }, (_, i) => {
      const random = new ImageRandom(0, stream, i);
      labels[i] = Number(random.chance(positive));
      return sentence(random, labels[i] ?? 0);
    });
    return { sentences, labels };
  };
  const [train, dev] = [split(counts.train, TRAIN_STREAM), split(counts.dev, DEV_STREAM)];
  return { name: `synthetic-${task}`, title, source: 'synthetic', directory: null, classes: classNames.length, classNames, train, dev, hash: hashTexts(train, dev), notes: [] };
}
