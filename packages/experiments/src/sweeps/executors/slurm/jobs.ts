import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory, storing } from '../../../runs/atomic';
import type { SweepFolder } from '../../sweep_folder';
import { parseRanges } from '../ranges';
import type { TaskArray } from './arrays';

/** An array that Slurm was handed. */
export interface SlurmJob {
  readonly id: string;
  readonly offset: number;
  /** Items of it. */
  readonly items: readonly number[];
}

/** Where the script, the output and the identities of a sweep's jobs lie. */
export function slurmFolder({ folder }: SweepFolder): string {
  return path.join(folder, 'slurm');
}

export function scriptFile(folder: SweepFolder): string {
  return path.join(slurmFolder(folder), 'task.sh');
}

/** A line for each array: its job, the item of array index 0, its indices. */
export function jobsFile(folder: SweepFolder): string {
  return path.join(slurmFolder(folder), 'jobs');
}

/** Where the tasks of an array write: Slurm makes no folder. */
export function outputFolder(folder: SweepFolder, offset: number): string {
  return path.join(slurmFolder(folder), String(offset));
}

/** What an item's tasks wrote, one start after the other. */
export function outputFile(folder: SweepFolder, offset: number, item: number): string {
  return path.join(outputFolder(folder, offset), `${item - offset}.out`);
}

export function recordJob(folder: SweepFolder, id: string, { offset, array }: TaskArray): void {
  makeDirectory(slurmFolder(folder));
  storing(jobsFile(folder), () => { fs.appendFileSync(jobsFile(folder), `${id} ${offset} ${array}\n`); });
}

/** The arrays that Slurm was handed, in order. */
export function readJobs(folder: SweepFolder): SlurmJob[] {
  let text: string;
  try {
    text = fs.readFileSync(jobsFile(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    // A line that a kill cut off has no job that is known.
    const [, id, offset, array] = /^(\d+) (\d+) ([\d,-]+)(?:%\d+)?$/.exec(line) ?? [];
    if (id === undefined || array === undefined) return [];
    return [{ id, offset: Number(offset), items: parseRanges(array, jobsFile(folder)).map((index) => index + Number(offset)) }];
  });
}
