import type { StoredArray, StoredArrays } from '../../runs/safetensors';
import { bertConfig } from './create_model';
import { classesOf, IMAGE_SHAPE, isBert, type ModelName } from './models';
import { xorshift } from './xorshift';

/** Batches that take turns, so that no arm trains on one alone. */
const BATCHES = 8;

/** Sizes of a batch. */
export interface BatchSize {
  /** Images or sentences. */
  readonly batchSize: number;
  /** Tokens that each sentence is padded to. */
  readonly tokens: number;
}

/**
 * Batches of a network, by a generator of integers: any arm may read them from one file, and they are the same on every machine. Images are
 * pixels in [-1, 1); sentences fill from half of their tokens to all of them.
 */
export function makeBatches(model: ModelName, size: BatchSize, seed: number): StoredArrays {
  const next = xorshift(seed);
  const inputs = isBert(model) ? sentences : images;
  const entries: [string, StoredArray][] = [];
  for (let i = 0; i < BATCHES; i++) {
    for (const [name, array] of Object.entries(inputs(model, size, next))) entries.push([`${name}${i}`, array]);
    entries.push([`labels${i}`, { shape: [size.batchSize], values: Int32Array.from({ length: size.batchSize }, () => next() % classesOf(model)) }]);
  }
  return Object.fromEntries(entries);
}

function images(_: ModelName, { batchSize }: BatchSize, next: () => number): StoredArrays {
  const length = IMAGE_SHAPE.reduce((product, side) => product * side, batchSize);
  return { images: { shape: [batchSize, ...IMAGE_SHAPE], values: Float32Array.from({ length }, () => next() / 2 ** 31 - 1) } };
}

function sentences(model: ModelName, { batchSize, tokens }: BatchSize, next: () => number): StoredArrays {
  const { vocabularySize, paddingId } = bertConfig(model);
  const shape = [batchSize, tokens];
  const mask = new Int32Array(batchSize * tokens);
  for (let row = 0; row < batchSize; row++) mask.fill(1, row * tokens, row * tokens + tokens - (next() % (Math.floor(tokens / 2) + 1)));
  const ids = mask.map((used) => (used === 1 ? paddingId + 1 + (next() % (vocabularySize - paddingId - 1)) : paddingId));
  return { ids: { shape, values: ids }, mask: { shape, values: mask } };
}
