import type { StoredArray, StoredArrays } from '../../runs/safetensors';
import { CLASSES, IMAGE_SHAPE } from './models';

/** Batches that take turns, so that no arm trains on one alone. */
const BATCHES = 8;

/** Pixels in [-1, 1) and labels, by a multiplicative hash: any arm may read them from one file, and they are the same on every machine. */
export function makeBatches(batchSize: number, seed: number): StoredArrays {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const next = (): number => {
    // xorshift32 (Marsaglia 2003).
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state;
  };
  const size = IMAGE_SHAPE.reduce((product, length) => product * length, batchSize);
  const entries: [string, StoredArray][] = [];
  for (let i = 0; i < BATCHES; i++) {
    entries.push([`images${i}`, { shape: [batchSize, ...IMAGE_SHAPE], values: Float32Array.from({ length: size }, () => next() / 2 ** 31 - 1) }]);
    entries.push([`labels${i}`, { shape: [batchSize], values: Int32Array.from({ length: batchSize }, () => next() % CLASSES) }]);
  }
  return Object.fromEntries(entries);
}
