import { Mt19937, type Mt19937State } from './mt19937';

const { cos, fround, log, log1p, PI, sin, sqrt } = Math;

/** State of a `TorchGenerator`, as plain data for a checkpoint. */
export interface TorchGeneratorState extends Mt19937State {
  /** The second half of the last Box-Muller pair, where one is waiting. */
  readonly nextNormal: number | null;
}

const TWO_POW_MINUS_24 = 2 ** -24;
const TWO_POW_MINUS_53 = 2 ** -53;

/**
 * The CPU generator of PyTorch: the same draws, in the same order, for `uniform_`, `normal_`, `randperm` and 64-bit `random_`.
 *
 * Uniform numbers and permutations are bit-exact. Normal numbers agree to a few units in the last place: PyTorch's vectorised
 * logarithm and sine are not correctly rounded.
 */
export class TorchGenerator {
  readonly #engine: Mt19937;
  #nextNormal: number | null = null;

  /** @param seed as in `torch.manual_seed`. */
  constructor(seed: number | bigint | Mt19937) {
    this.#engine = seed instanceof Mt19937 ? seed : new Mt19937(seed);
  }

  /** 32 random bits, an integer in [0, 2^32). */
  uint32(): number {
    return this.#engine.nextUint32();
  }

  /** `torch.empty((), dtype=int64).random_()`: an integer in [0, 2^63). */
  int64(): bigint {
    const high = BigInt(this.uint32());
    const low = BigInt(this.uint32());
    return ((high << 32n) | low) & 0x7fffffffffffffffn;
  }

  /** `torch.rand`: one float32 in [0, 1). */
  random(): number {
    return (this.uint32() & 0xffffff) * TWO_POW_MINUS_24;
  }

  /** `uniform_(low, high)`: `count` values in [low, high). */
  uniform(count: number, low = 0, high = 1): Float32Array {
    const from = fround(low);
    const range = fround(fround(high) - from);
    const values = new Float32Array(count);
    // A float product is exact in a double, so this rounds once, as the fused multiply-add of PyTorch's kernels does.
    for (let i = 0; i < count; i++) values[i] = this.random() * range + from;
    return values;
  }

  /** Advances as `uniform(count)` does, without the values. */
  skipUniform(count: number): void {
    this.#engine.skip(count);
  }

  /** `normal_(mean, deviation)`: `count` values. Below 16 values PyTorch draws in double precision, from 16 on in blocks of 16. */
  normal(count: number, mean = 0, deviation = 1): Float32Array {
    if (count < 16) return Float32Array.from({ length: count }, () => this.#scalarNormal() * deviation + mean);
    const values = this.uniform(count);
    for (let start = 0; start + 16 <= count; start += 16) boxMuller(values, start, mean, deviation);
    if (count % 16 !== 0) {
      values.set(this.uniform(16), count - 16);
      boxMuller(values, count - 16, mean, deviation);
    }
    return values;
  }

  /** `torch.randperm(count)`: a permutation of 0..count-1 by a forward Fisher-Yates shuffle. */
  permutation(count: number): Int32Array {
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    for (let i = 0; i < count - 1; i++) {
      const other = i + (this.uint32() % (count - i));
      const kept = order[i] as number;
      order[i] = order[other] as number;
      order[other] = kept;
    }
    return order;
  }

  /** A copy of the state; `TorchGenerator.fromState` continues from it. */
  state(): TorchGeneratorState {
    return { ...this.#engine.state(), nextNormal: this.#nextNormal };
  }

  /** @returns a generator that continues from `state`. */
  static fromState(state: TorchGeneratorState): TorchGenerator {
    const generator = new TorchGenerator(Mt19937.fromState(state));
    generator.#nextNormal = state.nextNormal;
    return generator;
  }

  #scalarNormal(): number {
    if (this.#nextNormal !== null) {
      const value = this.#nextNormal;
      this.#nextNormal = null;
      return value;
    }
    const angle = 2 * PI * this.#double();
    const radius = sqrt(-2 * log1p(-this.#double()));
    this.#nextNormal = radius * sin(angle);
    return radius * cos(angle);
  }

  #double(): number {
    const bits = this.int64() & 0x1fffffffffffffn;
    return Number(bits) * TWO_POW_MINUS_53;
  }
}

/** Turns the 16 uniform values from `start` into normal ones: value j pairs with value j + 8. */
function boxMuller(values: Float32Array, start: number, mean: number, deviation: number): void {
  for (let j = start; j < start + 8; j++) {
    const radius = sqrt(-2 * log(1 - (values[j] as number)));
    const angle = 2 * PI * (values[j + 8] as number);
    values[j] = radius * cos(angle) * deviation + mean;
    values[j + 8] = radius * sin(angle) * deviation + mean;
  }
}
