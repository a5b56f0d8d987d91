import { TorchGenerator, type TorchGeneratorState } from '@cuda-activations/models';

/**
 * The random numbers that PyTorch's `DataLoader`s take from the run's CPU generator, and the batch order that they give.
 *
 * Creating an iterator draws a 64-bit base seed, whether or not the loader shuffles; a shuffled one then draws a second seed for
 * a generator of its own, whose permutation is the order of the epoch. Evaluation loaders must therefore be announced too.
 */
export class LoaderOrder {
  /** @param generator the run's CPU generator, after the model has drawn its initial weights */
  constructor(readonly generator: TorchGenerator) {}

  /** The order of one epoch of a shuffled loader: a permutation of 0..count-1. */
  shuffled(count: number): Int32Array {
    this.sequential();
    return new TorchGenerator(this.generator.int64()).permutation(count);
  }

  /** Creates the iterator of a loader that does not shuffle (validation, test). */
  sequential(): void {
    this.generator.int64();
  }

  /** The generator's state, for a checkpoint. */
  state(): TorchGeneratorState {
    return this.generator.state();
  }

  /** @returns an order that continues from a checkpoint */
  static fromState(state: TorchGeneratorState): LoaderOrder {
    return new LoaderOrder(TorchGenerator.fromState(state));
  }
}
