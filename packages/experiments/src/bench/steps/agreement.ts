import type { FirstLosses } from './measure_model';

/**
 * Largest relative difference of a loss from ours. The arms add in other orders; fifty normalised layers and some updates make of
 * that what is measured as at most a tenth of this.
 */
export const LOSS_TOLERANCE = 1e-3;

/** The largest relative difference between the losses of two arms. */
export function lossDifference(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length || ours.length === 0) return NaN;
  return Math.max(...ours.map((loss, step) => Math.abs((theirs[step] ?? NaN) - loss) / Math.abs(loss)));
}

/**
 * Shows that the arms train the same network on the same batches: a benchmark of two different steps says nothing.
 * @returns one line for each arm that differs from ours; `ours-relu` is another network and is left out
 */
export function disagreements(losses: readonly FirstLosses[]): readonly string[] {
  const ours = losses.find(({ arm }) => arm === 'ours')?.loss ?? [];
  return losses.filter(({ arm }) => arm !== 'ours' && arm !== 'ours-relu').flatMap(({ arm, loss }) => {
    const difference = lossDifference(ours, loss);
    return difference <= LOSS_TOLERANCE ? [] : [`${arm} has losses ${loss.join(', ')}, ours ${ours.join(', ')}: a relative difference of ${difference.toPrecision(2)}, more than ${LOSS_TOLERANCE}`];
  });
}
