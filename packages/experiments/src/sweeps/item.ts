import { flatten } from '../runs/kept_run';
import type { Values } from './definition';
import { slotOf, winner, type HalvingPlan } from './stages';
import type { ItemResult, SweepFolder } from './sweep_folder';

/** What an item waits for. */
export interface Waiting {
  /** Items of the round before that are not finished. */
  readonly open: readonly number[];
  /** Those that failed: it waits in vain until they are run again. */
  readonly failed: readonly number[];
}

/** What an item varies, the value that halving chose for it included; or what it waits for. @throws UsageError for an index that is none */
export function itemValues(folder: SweepFolder, index: number): Values | Waiting {
  const values = folder.values(index);
  const { halving } = folder.sweep;
  if (!halving) return values;
  const { rivals, slot } = slotOf(index, halving);
  if (rivals.length === 0) return values;
  const results = rivals.map((rival) => folder.result(rival));
  const open = rivals.filter((_, i) => results[i] === undefined);
  if (open.length > 0) return { open, failed: open.filter((rival) => folder.has('failed', rival)) };
  const scored = results.flatMap((result) => (result ? [{ value: Number(result.values[halving.over]), score: scoreOf(result, halving.metric) }] : []));
  return { ...values, [halving.over]: winner(scored, slot, halving.goal) };
}

/** Whether an item must wait. */
export const isWaiting = (values: Values | Waiting): values is Waiting => Array.isArray((values as Partial<Waiting>).open) && Array.isArray((values as Partial<Waiting>).failed);

/**
 * The mean of a number over an item's runs; null where one of them diverged.
 * @throws RangeError where the results have no such number
 */
export function scoreOf({ index, runs }: ItemResult, metric: HalvingPlan['metric']): number | null {
  const scores = runs.map(({ result }) => flatten(result)[metric]);
  const first = runs[0];
  if (!first || scores.includes(undefined)) throw new RangeError(`metric: the runs of item ${index} have no ${metric}; there: ${first ? Object.keys(flatten(first.result)).join(', ') : 'no runs'}`);
  return scores.includes(null) ? null : scores.reduce<number>((sum, score) => sum + Number(score), 0) / scores.length;
}
