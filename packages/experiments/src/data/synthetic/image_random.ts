import { philox4x32, type PhiloxBlock } from '@cuda-activations/models';

const { cos, floor, log, PI, sqrt } = Math;

/**
 * The random numbers of one procedural image: a stream of its own for each (seed, stream, image), so that an image depends
 * neither on how many others there are nor on the order in which they are made.
 */
export class ImageRandom {
  readonly #block: PhiloxBlock = [0, 0, 0, 0];
  #counter = 0;
  #lane = 4;

  constructor(
    private readonly seed: number,
    private readonly stream: number,
    private readonly image: number,
  ) {}

  /** An integer in [0, 2^32). */
  uint32(): number {
    if (this.#lane === 4) {
      this.#block[0] = this.#counter++;
      this.#block[1] = this.image;
      this.#block[2] = this.stream;
      this.#block[3] = 0;
      philox4x32(this.#block, this.seed, 0x5eed);
      this.#lane = 0;
    }
    return this.#block[this.#lane++] as number;
  }

  /** A number in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.uint32() * 2 ** -32);
  }

  /** An integer in 0..count-1. */
  integer(count: number): number {
    return floor(this.uniform(0, count));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A normal number. */
  normal(mean = 0, deviation = 1): number {
    const radius = sqrt(-2 * log(1 - this.uniform()));
    return mean + deviation * radius * cos(2 * PI * this.uniform());
  }
}
