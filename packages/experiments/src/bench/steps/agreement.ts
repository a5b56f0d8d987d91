import { programOf, reluArm, type ArmName } from './arms';
import type { FirstLosses } from './measure_model';

/** Relative difference of a loss that the order of additions makes in a network that does not amplify it; ten times what was measured. */
const ROUNDING = 1e-5;
/** Other libraries round in every op, the copies that the spread is taken from in their weights only. */
const SPREADS = 4;

/** The largest relative difference between two series of losses, NaN where they cannot be compared. */
export function lossDifference(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length || ours.length === 0) return NaN;
  return Math.max(...differences(ours, theirs));
}

function differences(ours: readonly number[], theirs: readonly number[]): readonly number[] {
  return ours.map((loss, step) => Math.abs((theirs[step] ?? NaN) - loss) / Math.abs(loss));
}

/**
 * How far rounding alone moves the losses: ours against copies of ours that start from weights moved by a unit in the last place.
 * Normalised layers amplify that from step to step.
 * @returns for each step the largest relative difference up to it
 */
export function lossSpread(ours: readonly number[], copies: readonly (readonly number[])[]): readonly number[] {
  const each = copies.map((copy) => differences(ours, copy));
  return ours.map((_, step) => Math.max(0, ...each.flatMap((values) => values.slice(0, step + 1))));
}

/** The relative difference that is allowed at each step, by the spread. */
export function allowedDifferences(spread: readonly number[]): readonly number[] {
  return spread.map((value) => ROUNDING + SPREADS * value);
}

/** How the allowed difference comes about, for reports. */
export const AGREEMENT = `The arms agree where each loss differs from ours by at most ${ROUNDING} of it plus ${SPREADS} times the spread: how far copies of ours move whose weights start a unit in the last place away.`;

/** Losses of ours on the network of an arm. */
export function oursFor(arm: ArmName, losses: readonly FirstLosses[]): readonly number[] {
  const { relu } = programOf(arm);
  return losses.find((each) => each.arm === (relu ? reluArm('ours') : 'ours'))?.loss ?? [];
}

/**
 * Shows that the arms train the same network on the same batches: a benchmark of two different steps says nothing.
 * @param spread of ours, by step
 * @returns one line for each arm that differs from ours; those with ReLU for APL are another network, and are compared with ours on it
 */
export function disagreements(losses: readonly FirstLosses[], spread: readonly number[]): readonly string[] {
  const allowed = allowedDifferences(spread);
  return losses.filter(({ arm }) => programOf(arm).program !== 'ours').flatMap(({ arm, loss }) => {
    const ours = oursFor(arm, losses);
    if (loss.length !== ours.length || ours.length === 0) return [`${arm} has ${loss.length} losses, ours ${ours.length}`];
    const found = differences(ours, loss);
    // Not "greater": NaN is a disagreement.
    const step = found.findIndex((difference, i) => !(difference <= (allowed[i] ?? 0)));
    if (step < 0) return [];
    return [`${arm} has the loss ${String(loss[step])} in step ${step + 1}, ours ${String(ours[step])}: a relative difference of ${(found[step] ?? NaN).toPrecision(2)}, more than ${(allowed[step] ?? 0).toPrecision(2)}`];
  });
}
