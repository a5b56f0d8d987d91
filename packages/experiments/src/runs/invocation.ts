import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory, writeFileAtomic } from './atomic';

/** The latest call of an experiment in a folder of runs, so that it can go on, or be reported, without its options being typed again. */
export interface Invocation {
  readonly experiment: string;
  readonly preset: string;
  /** Fully resolved. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly startedAt: string;
  /** Whether it came to its end. */
  readonly finished: boolean;
}

const fileOf = (runsDir: string, experiment: string): string => path.join(runsDir, experiment, 'invocation.json');

/** @throws StorageError where it cannot be written */
export function writeInvocation(runsDir: string, invocation: Invocation): void {
  makeDirectory(path.join(runsDir, invocation.experiment));
  writeFileAtomic(fileOf(runsDir, invocation.experiment), `${JSON.stringify(invocation, null, 2)}\n`);
}

/** The latest call of every experiment in a folder of runs, or of one, by name. */
export function readInvocations(runsDir: string, experiment?: string): Invocation[] {
  const names = experiment === undefined ? (fs.existsSync(runsDir) ? fs.readdirSync(runsDir).sort() : []) : [experiment];
  return names
    .map((name) => fileOf(runsDir, name))
    .filter((file) => fs.existsSync(file))
    .map((file) => JSON.parse(fs.readFileSync(file, 'utf8')) as Invocation);
}
