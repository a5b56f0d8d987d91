import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from './config/errors';
import { suggestion } from './config/nearest';
import type { Experiment } from './experiment';

/** experiments/ beside src/, in the sources as in the build. */
const FOLDER = path.join(__dirname, '..', 'experiments');

/** Names of the experiments: the folders that hold an experiment.ts. */
export function experimentNames(): readonly string[] {
  return fs
    .readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && ['experiment.js', 'experiment.ts'].some((file) => fs.existsSync(path.join(FOLDER, entry.name, file))))
    .map((entry) => entry.name)
    .sort();
}

/**
 * Loads an experiment by name.
 * @throws UsageError listing those that exist
 */
export async function loadExperiment(name: string): Promise<Experiment> {
  const names = experimentNames();
  if (!names.includes(name)) throw new UsageError(`unknown experiment "${name}"${suggestion(name, names)}\nexperiments: ${names.join(', ')}`);
  const module = (await import(path.join(FOLDER, name, 'experiment'))) as { experiment: Experiment };
  return module.experiment;
}
