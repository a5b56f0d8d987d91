import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from './config/errors';
import { suggestion } from './config/nearest';
import type { Experiment } from './experiment';

/** experiments/ beside src/, in the sources as in the build. */
const FOLDER = path.join(__dirname, '..', 'experiments');

/** The module of an experiment: experiment.js after the build, experiment.ts in tests. */
function moduleOf(name: string): string | undefined {
  return ['experiment.js', 'experiment.ts'].map((file) => path.join(FOLDER, name, file)).find((file) => fs.existsSync(file));
}

/** Names of the experiments: the folders that hold an experiment.ts. */
export function experimentNames(): readonly string[] {
  return fs
    .readdirSync(FOLDER)
    .filter((name) => moduleOf(name) !== undefined)
    .sort();
}

/**
 * Loads an experiment by name.
 * @throws UsageError listing those that exist
 */
export async function loadExperiment(name: string): Promise<Experiment> {
  const names = experimentNames();
  const module = names.includes(name) ? moduleOf(name) : undefined;
  if (module === undefined) throw new UsageError(`unknown experiment "${name}"${suggestion(name, names)}\nexperiments: ${names.join(', ')}`);
  return ((await import(module)) as { experiment: Experiment }).experiment;
}
