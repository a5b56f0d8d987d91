import type { StoredArray, StoredArrays } from '../../runs/safetensors';
import { CLASSES, IMAGE_SHAPE } from './models';
import { xorshift } from './xorshift';

/** Batches that take turns, so that no arm trains on one alone. */
const BATCHES = 8;

/** Pixels in [-1, 1) and labels, by a generator of integers: any arm may read them from one file, and they are the same on every machine. */
export function makeBatches(batchSize: number, seed: number): StoredArrays {
  const next = xorshift(seed);
  const size = IMAGE_SHAPE.reduce((product, length) => product * length, batchSize);
  const entries: [string, StoredArray][] = [];
  for (let i = 0; i < BATCHES; i++) {
    entries.push([`images${i}`, { shape: [batchSize, ...IMAGE_SHAPE], values: Float32Array.from({ length: size }, () => next() / 2 ** 31 - 1) }]);
    entries.push([`labels${i}`, { shape: [batchSize], values: Int32Array.from({ length: batchSize }, () => next() % CLASSES) }]);
  }
  return Object.fromEntries(entries);
}
