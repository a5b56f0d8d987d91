const { imul, min } = Math;

const SIZE = 624;
const SHIFT = 397;

/** State of a generator, as plain data for a checkpoint. */
export interface Mt19937State {
  /** The 624 words of the state, each in [0, 2^32). */
  readonly words: readonly number[];
  /** Words already handed out of the current block, 0 to 624. */
  readonly position: number;
}

/**
 * The Mersenne Twister MT19937, seeded as by `init_genrand`: the stream behind PyTorch's CPU generator. `fromKey` seeds as Python does.
 *
 * Source: Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998, and its 2002 initialisation.
 */
export class Mt19937 {
  readonly #words = new Uint32Array(SIZE);
  #position = SIZE;

  /** @param seed an integer; its low 32 bits are used, as PyTorch does. */
  constructor(seed: number | bigint) {
    if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
      throw new RangeError(`seed: expected an integer, got ${seed}`);
    }
    const words = this.#words;
    words[0] = Number(BigInt.asUintN(32, BigInt(seed)));
    for (let i = 1; i < SIZE; i++) {
      const previous = words[i - 1] as number;
      words[i] = imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next 32 bits, an integer in [0, 2^32). */
  nextUint32(): number {
    if (this.#position >= SIZE) this.#refill();
    let y = this.#words[this.#position++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Passes over `count` draws of 32 bits without computing their values. */
  skip(count: number): void {
    let left = count;
    while (left > 0) {
      if (this.#position >= SIZE) this.#refill();
      const step = min(left, SIZE - this.#position);
      this.#position += step;
      left -= step;
    }
  }

  /** A copy of the state; `Mt19937.fromState` continues from it. */
  state(): Mt19937State {
    return { words: Array.from(this.#words), position: this.#position };
  }

  /** @returns a generator seeded as by `init_by_array`: the stream behind Python's `random`. @param key words of 32 bits, at least one */
  static fromKey(key: readonly number[]): Mt19937 {
    if (key.length === 0) throw new RangeError('key: expected at least one word, got none');
    const generator = new Mt19937(19650218);
    const words = generator.#words;
    let i = 1;
    const mix = (factor: number, added: (step: number) => number, steps: number): void => {
      for (let step = 0; step < steps; step++) {
        const previous = words[i - 1] as number;
        words[i] = ((words[i] as number) ^ imul(previous ^ (previous >>> 30), factor)) + added(step);
        i += 1;
        if (i === SIZE) {
          words[0] = words[SIZE - 1] as number;
          i = 1;
        }
      }
    };
    mix(1664525, (step) => (key[step % key.length] as number) + (step % key.length), Math.max(SIZE, key.length));
    mix(1566083941, () => -i, SIZE - 1);
    words[0] = 0x80000000;
    return generator;
  }

  /** @returns a generator that continues from `state`. */
  static fromState(state: Mt19937State): Mt19937 {
    const { words, position } = state;
    if (words.length !== SIZE || !Number.isInteger(position) || position < 0 || position > SIZE) {
      throw new RangeError(`state: expected ${SIZE} words and a position in 0..${SIZE}, got ${words.length} words and position ${position}`);
    }
    const generator = new Mt19937(0);
    generator.#words.set(words);
    generator.#position = position;
    return generator;
  }

  #refill(): void {
    const words = this.#words;
    // Three loops instead of indices modulo 624: the modulo costs half of the time.
    for (let i = 0; i < SIZE - SHIFT; i++) words[i] = (words[i + SHIFT] as number) ^ twist(words[i] as number, words[i + 1] as number);
    for (let i = SIZE - SHIFT; i < SIZE - 1; i++) {
      words[i] = (words[i + SHIFT - SIZE] as number) ^ twist(words[i] as number, words[i + 1] as number);
    }
    words[SIZE - 1] = (words[SHIFT - 1] as number) ^ twist(words[SIZE - 1] as number, words[0] as number);
    this.#position = 0;
  }
}

function twist(high: number, low: number): number {
  const mixed = (high & 0x80000000) | (low & 0x7fffffff);
  return (mixed >>> 1) ^ (-(low & 1) & 0x9908b0df);
}
