import { Mt19937 } from '@cuda-activations/models';

/**
 * The order that Python's `random.seed(seed); random.shuffle(list(range(count)))` gives.
 * @param seed an integer of at least 0
 */
export function pythonShuffle(count: number, seed: number): Int32Array {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed: expected an integer of at least 0, got ${seed}`);
  const high = Math.floor(seed / 2 ** 32);
  const generator = Mt19937.fromKey([seed % 2 ** 32, ...(high > 0 ? [high] : [])]);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = below(i + 1, generator);
    [order[i], order[other]] = [order[other] as number, order[i] as number];
  }
  return order;
}

/** A number below `limit` from as many bits as it takes, drawn again where it is too large. */
function below(limit: number, generator: Mt19937): number {
  const unused = Math.clz32(limit);
  for (;;) {
    const value = generator.nextUint32() >>> unused;
    if (value < limit) return value;
  }
}
