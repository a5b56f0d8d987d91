import * as fs from 'node:fs';
import * as path from 'node:path';
import { messageOf, UsageError } from './errors';
import { suggestion } from './nearest';

/** The folder of the package, from the sources as from the build. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!fs.existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

function presetFolder(experiment: string): string {
  return path.join(packageRoot(), 'experiments', experiment, 'presets');
}

/** Names of an experiment's presets: its files presets/<name>.json. */
export function presetNames(experiment: string): readonly string[] {
  return fs
    .readdirSync(presetFolder(experiment))
    .filter((file) => file.endsWith('.json'))
    .map((file) => path.basename(file, '.json'))
    .sort();
}

/**
 * The values that a preset sets.
 * @throws UsageError where there is none of that name, or its file is not a JSON object
 */
export function readPreset(experiment: string, preset: string): Readonly<Record<string, unknown>> {
  const names = presetNames(experiment);
  if (!names.includes(preset)) {
    throw new UsageError(`unknown preset "${preset}" of ${experiment}${suggestion(preset, names)}\npresets: ${names.join(', ')}`);
  }
  const file = path.join(presetFolder(experiment), `${preset}.json`);
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError(`${file}: expected a JSON object of options`);
  return value as Record<string, unknown>;
}
