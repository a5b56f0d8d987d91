import type { TorchGenerator, TorchGeneratorState } from '@cuda-activations/models';
import { LoaderOrder } from '../random/loader_order';
import type { BatchOrder } from '../train/program';

/** Batches among which sentences of like length are sought: many enough to find them, few enough to keep the order random. */
const BATCHES = 50;

/**
 * PyTorch's order of a shuffled loader, in which each stretch of 50 batches is then sorted by length, and the batches are shuffled:
 * batches of like length, as `group_by_length` of transformers makes them.
 */
export class LengthOrder implements BatchOrder<TorchGeneratorState> {
  readonly #order: LoaderOrder;

  /** @param lengths of the training sentences */
  constructor(
    private readonly generator: TorchGenerator,
    private readonly lengths: ArrayLike<number>,
    private readonly batchSize: number,
  ) {
    this.#order = new LoaderOrder(generator);
  }

  shuffled(count: number): Int32Array {
    const order = this.#order.shuffled(count);
    for (let from = 0; from < count; from += BATCHES * this.batchSize) {
      order.subarray(from, from + BATCHES * this.batchSize).sort((a, b) => (this.lengths[a] ?? 0) - (this.lengths[b] ?? 0));
    }
    // A short last batch stays the last.
    const whole = Math.floor(count / this.batchSize);
    const batches = this.generator.permutation(whole);
    const sorted = Int32Array.from(order);
    batches.forEach((batch, place) => { sorted.set(order.subarray(batch * this.batchSize, (batch + 1) * this.batchSize), place * this.batchSize); });
    return sorted;
  }

  sequential(): void {
    this.#order.sequential();
  }

  state(): TorchGeneratorState {
    return this.#order.state();
  }
}
