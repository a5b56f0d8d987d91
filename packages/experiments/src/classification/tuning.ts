import type { RunResult } from '../train/trainer';
import type { PlannedRun } from './plan';

/** A learning rate that was tried. */
export interface TriedRate {
  readonly learningRate: number;
  /** Lowest over the epochs; null where every one was NaN. */
  readonly bestValLoss: number | null;
}

/** What the search chose for an activation with an optimiser. */
export interface ChosenRate {
  readonly activation: string;
  readonly optimizer: PlannedRun['optimizer'];
  readonly learningRate: number;
  readonly tried: readonly TriedRate[];
  /** The best rate is the first or last that was tried, so a better one may lie beyond. */
  readonly atEdge: boolean;
}

/**
 * Chooses the rate with the lowest validation loss, of equal ones the lower. Every activation has the same budget: the same rates,
 * epochs and seed.
 *
 * @throws Error where no rate gave a loss
 */
export function chooseRates(runs: readonly { readonly plan: PlannedRun; readonly result: RunResult }[]): ChosenRate[] {
  const groups = new Map<string, { plan: PlannedRun; result: RunResult }[]>();
  for (const run of runs) {
    const key = `${run.plan.activation} with ${run.plan.optimizer}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups].map(([key, group]) => {
    const tried = group.map(({ plan, result }) => ({ learningRate: plan.learningRate, bestValLoss: result.bestValLoss })).sort((a, b) => a.learningRate - b.learningRate);
    const best = tried.reduce<TriedRate | undefined>((low, rate) => (rate.bestValLoss !== null && (low?.bestValLoss == null || rate.bestValLoss < low.bestValLoss) ? rate : low), undefined);
    const [first] = group;
    if (!best || !first) throw new Error(`learning rates: every one that was tried for ${key} diverged (${tried.map(({ learningRate }) => learningRate).join(', ')}); try lower ones`);
    const { activation, optimizer } = first.plan;
    return { activation, optimizer, learningRate: best.learningRate, tried, atEdge: best === tried[0] || best === tried.at(-1) };
  });
}
