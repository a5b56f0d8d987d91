/** What early stopping remembers from epoch to epoch. */
export interface EarlyStoppingState {
  /** The lowest validation loss so far; null before the first epoch. */
  readonly best: number | null;
  /** The epoch (from 1) that reached it. */
  readonly bestEpoch: number;
  /** Epochs since then. */
  readonly counter: number;
}

/** Before the first epoch. */
export const BEFORE_TRAINING: EarlyStoppingState = { best: null, bestEpoch: 0, counter: 0 };

/**
 * The authors' rule: a strictly lower validation loss resets the counter, anything else (also NaN) adds one.
 *
 * @param epoch from 1
 * @param patience epochs without a new best after which training stops; 0 never stops
 */
export function afterEpoch(state: EarlyStoppingState, epoch: number, loss: number, patience: number): { state: EarlyStoppingState; stop: boolean } {
  const improved = state.best === null ? !Number.isNaN(loss) : loss < state.best;
  const next = improved ? { best: loss, bestEpoch: epoch, counter: 0 } : { ...state, counter: state.counter + 1 };
  return { state: next, stop: patience > 0 && next.counter >= patience };
}
