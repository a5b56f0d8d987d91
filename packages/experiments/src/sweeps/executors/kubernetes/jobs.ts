import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory, storing } from '../../../runs/atomic';
import type { SweepFolder } from '../../sweep_folder';
import { parseRanges, rangesOf } from '../ranges';

/** A Job that Kubernetes was handed; its index I is `items[I]`. */
export interface KubernetesJob {
  readonly name: string;
  readonly namespace: string | null;
  readonly items: readonly number[];
}

/** A line for each Job: its name, its namespace, its items. */
const jobsFile = ({ folder }: SweepFolder): string => path.join(folder, 'kubernetes', 'jobs');

export function recordJob(folder: SweepFolder, { name, namespace, items }: KubernetesJob): void {
  const file = jobsFile(folder);
  makeDirectory(path.dirname(file));
  storing(file, () => { fs.appendFileSync(file, `${name} ${namespace ?? '-'} ${rangesOf(items)}\n`); });
}

/** The Jobs that Kubernetes was handed, in order. */
export function readJobs(folder: SweepFolder): KubernetesJob[] {
  const file = jobsFile(folder);
  if (!fs.existsSync(file)) return [];
  return fs.readFileSync(file, 'utf8').split('\n').flatMap((line) => {
    // A line that a kill cut off has no Job that is known.
    const [, name, namespace, ranges] = /^([a-z0-9-]+) (-|[a-z0-9-]+) ([\d,-]+)$/.exec(line) ?? [];
    return name === undefined || ranges === undefined ? [] : [{ name, namespace: namespace === '-' ? null : namespace ?? null, items: parseRanges(ranges, file) }];
  });
}
