import * as fs from 'node:fs';
import * as path from 'node:path';
import { readJsonObject } from './read_json';
import { RunFolder, type RunStatus } from './run_folder';

/** A run as its folder has it, whatever experiment made it. */
export interface KeptRun {
  readonly id: string;
  readonly folder: string;
  readonly status: RunStatus;
  /** Everything that its numbers depend on. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What it found, once it is finished. */
  readonly result: Readonly<Record<string, unknown>> | undefined;
  /** One entry an epoch. */
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
}

/** Reads a run; undefined where the folder holds none. */
export function readRun(folder: string): KeptRun | undefined {
  const file = path.join(folder, 'config.json');
  if (!fs.existsSync(file)) return undefined;
  const kept = new RunFolder<unknown, Readonly<Record<string, unknown>>>(folder);
  return {
    id: path.basename(path.resolve(folder)),
    folder,
    status: kept.status(),
    config: readJsonObject(file),
    result: kept.result(),
    metrics: kept.metrics(),
  };
}

/** The runs of every experiment in a folder of runs, or of one. */
export function readRuns(runsDir: string, experiment?: string): KeptRun[] {
  return (experiment === undefined ? foldersIn(runsDir) : [path.join(runsDir, experiment)]).flatMap((folder) => foldersIn(folder).flatMap((run) => readRun(run) ?? []));
}

/** The values of nested objects by dotted names: `test.accuracy`. */
export function flatten(values: Readonly<Record<string, unknown>>, prefix = ''): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): [string, string | number | boolean | null][] => {
      const name = prefix + key;
      if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return [[name, value]];
      if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(flatten(value as Record<string, unknown>, `${name}.`));
      return value === undefined ? [] : [[name, JSON.stringify(value)]];
    }),
  );
}

function foldersIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name))
    .sort();
}
