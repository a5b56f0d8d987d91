const { floor, imul } = Math;

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** Four 32-bit words. */
export type PhiloxBlock = [number, number, number, number];

/**
 * The counter-based generator Philox4x32-10: four random words from a 128-bit counter and a 64-bit key, in place.
 *
 * @param block counter words in, random words out; each in [0, 2^32)
 * @param key0 low word of the key
 * @param key1 high word of the key
 *
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function philox4x32(block: PhiloxBlock, key0: number, key1: number): void {
  let [c0, c1, c2, c3] = block;
  let k0 = key0 >>> 0;
  let k1 = key1 >>> 0;
  for (let round = 0; round < ROUNDS; round++) {
    const low0 = imul(MULTIPLIER_0, c0) >>> 0;
    const low1 = imul(MULTIPLIER_1, c2) >>> 0;
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/** The high 32 bits of the 64-bit product of two 32-bit words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Each partial sum stays below 2^33, where doubles are exact.
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + floor(middle / 0x10000) + floor(carry / 0x10000)) >>> 0;
}
