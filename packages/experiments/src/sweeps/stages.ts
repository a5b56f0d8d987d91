import { UsageError } from '../config/errors';
import type { Halving } from './definition';
import { triedValues } from './expand';

/** Items that may run side by side; those of the next stage wait for them. */
export interface Stage {
  readonly from: number;
  readonly count: number;
}

/** How halving lays out its items: round by round, in each group by group (a combination of the other options), in each slot by slot. */
export interface HalvingPlan extends Omit<Halving, 'values' | 'reduction'> {
  /** Values that are tried first. */
  readonly tried: readonly number[];
  readonly groups: number;
  /** Items of a group in each round. */
  readonly slots: readonly number[];
}

/** @throws UsageError where the rounds make no sense */
export function planHalving(halving: Halving, groups: number): HalvingPlan {
  const { over, budget, budgets, reduction, metric, goal } = halving;
  if (budgets.some((amount, i) => i > 0 && amount <= (budgets[i - 1] ?? 0))) throw new UsageError(`halving: expected rising budgets, got ${budgets.join(', ')}`);
  const tried = triedValues(halving);
  const slots = budgets.map((_, round) => Math.floor(tried.length / reduction ** round));
  if (slots.includes(0)) throw new UsageError(`halving: ${tried.length} values do not last ${budgets.length} rounds with a reduction of ${reduction}; expected at least ${reduction ** (budgets.length - 1)}`);
  return { over, budget, budgets, metric, goal, tried, groups, slots };
}

/** The stages of a sweep of `items` items. */
export function stagesOf(items: number, halving: HalvingPlan | undefined): Stage[] {
  if (!halving) return [{ from: 0, count: items }];
  let from = 0;
  return halving.slots.map((slots) => {
    const stage = { from, count: slots * halving.groups };
    from += stage.count;
    return stage;
  });
}

/** Where an item of halving stands. */
export interface Slot {
  readonly round: number;
  readonly group: number;
  readonly slot: number;
  /** The items of the round before, of which the best ones go on; none in the first round. */
  readonly rivals: readonly number[];
}

export function slotOf(index: number, halving: HalvingPlan): Slot {
  const stages = stagesOf(0, halving);
  const round = stages.findIndex(({ from, count }) => index < from + count);
  const slots = halving.slots[round] ?? 1;
  const within = index - (stages[round]?.from ?? 0);
  const group = Math.floor(within / slots);
  const [before, from] = [halving.slots[round - 1] ?? 0, stages[round - 1]?.from ?? 0];
  return { round, group, slot: within % slots, rivals: Array.from({ length: before }, (_, i) => from + group * before + i) };
}

/** How an item of the round before did; `score` is null where the metric was no number (training diverged). */
export interface Rival {
  readonly value: number;
  readonly score: number | null;
}

/** The value that goes on in a slot: by score, of equal ones the lower value; those that diverged come last. */
export function winner(rivals: readonly Rival[], slot: number, goal: Halving['goal']): number {
  const sign = goal === 'least' ? 1 : -1;
  const cost = ({ score }: Rival) => (score === null || Number.isNaN(score) ? Infinity : sign * score);
  const ranked = [...rivals].sort((a, b) => (cost(a) === cost(b) ? a.value - b.value : cost(a) - cost(b)));
  const chosen = ranked[slot];
  if (!chosen) throw new RangeError(`slot: expected one of ${rivals.length}, got ${slot}`);
  return chosen.value;
}
