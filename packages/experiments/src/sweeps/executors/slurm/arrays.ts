import type { Stage } from '../../stages';
import { rangesOf } from '../ranges';

/** An array of tasks: array index I is item `offset + I`. */
export interface TaskArray {
  readonly offset: number;
  /** For `--array`. */
  readonly array: string;
  /** Items of halving's later rounds wait for those before. */
  readonly stage: number;
}

/** What Slurm allows where nothing is configured. */
export const DEFAULT_MAX_ARRAY_SIZE = 1001;

/**
 * Splits items into arrays that Slurm accepts.
 * @param items rising
 * @param maxArraySize array indices are below it
 * @param maxRunning tasks of an array at a time; null: as many as there is room for
 */
export function arraysOf(items: readonly number[], stages: readonly Stage[], maxArraySize: number, maxRunning: number | null): TaskArray[] {
  // A round number under 1001.
  const size = Math.max(1, maxArraySize - 1);
  const arrays = new Map<string, { offset: number; stage: number; indices: number[] }>();
  for (const item of items) {
    const stage = Math.max(0, stages.findIndex(({ from, count }) => item < from + count));
    const offset = Math.floor(item / size) * size;
    const key = `${stage}/${offset}`;
    const array = arrays.get(key) ?? { offset, stage, indices: [] };
    arrays.set(key, array);
    array.indices.push(item - offset);
  }
  return [...arrays.values()].map(({ offset, stage, indices }) => ({ offset, stage, array: `${rangesOf(indices)}${maxRunning === null ? '' : `%${maxRunning}`}` }));
}
