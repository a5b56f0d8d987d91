import { DATA_SOURCES, EXIT, suggestion, UsageError, type DataSource } from '@cuda-activations/experiments';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { printJson, styled, type Io } from '../command/io';

const names = (): string[] => DATA_SOURCES.map(({ name }) => name);

function sourceOf(name: string): DataSource {
  const source = DATA_SOURCES.find((candidate) => candidate.name === name);
  if (!source) throw new UsageError(`unknown data set "${name}"${suggestion(name, names())}\ndata sets: ${names().join(', ')}`);
  return source;
}

/** What was found of a set. */
interface Checked {
  readonly name: string;
  readonly folder: string | null;
  readonly files: ReturnType<DataSource['verify']>;
  readonly ok: boolean;
}

function check(source: DataSource, folder: string | undefined): Checked {
  const files = folder === undefined ? [] : source.verify(folder);
  return { name: source.name, folder: folder ?? null, files, ok: folder !== undefined && files.every(({ problem }) => problem === null) };
}

function show(checks: readonly Checked[], json: boolean, io: Io): number {
  const ok = checks.every((checked) => checked.ok);
  if (json) printJson(io, { ok, data: checks });
  else {
    for (const { name, folder, files, ok: whole } of checks) {
      const verdict = folder === null ? 'not at hand' : whole ? `${files.length} files as released, in ${folder}` : `damaged, in ${folder}`;
      io.print(`${name}: ${styled(io, whole ? 'green' : 'red', verdict)}`);
      for (const { problem } of files) if (problem !== null) io.print(`  ${problem}`);
    }
  }
  return ok ? EXIT.done : EXIT.usage;
}

export const dataCommands = [
  defineCommand({
    name: 'data fetch',
    summary: 'download data sets into the cache, and compare them with their release',
    details: 'Resumed where it was interrupted; what is there already is only compared. The cache is ~/.cache/cuda-activations, or $CUDA_ACTIVATIONS_CACHE.',
    arguments: [{ name: 'names', description: 'data sets (npx activations list data)', required: true, variadic: true, values: names }],
    options: { json: COMMON.json },
    examples: [{ line: 'data fetch mnist', says: '12 MB', network: true }],
    run: async ({ arguments: chosen, options, io }) => {
      const sources = chosen.map(sourceOf);
      const checks: Checked[] = [];
      for (const source of sources) checks.push(check(source, await source.fetch()));
      return show(checks, options.json, io);
    },
  }),
  defineCommand({
    name: 'data verify',
    summary: 'compare the files of data sets with their release',
    details: 'Ends with 2 where a set that was named is not at hand, or a file is missing or differs.',
    arguments: [{ name: 'names', description: 'data sets (none: all that are at hand)', variadic: true, values: names }],
    options: { dataDir: z.string().nullable().default(null).describe('folder that holds them (none: $CUDA_ACTIVATIONS_DATA, then the cache)'), json: COMMON.json },
    examples: [
      { line: 'data verify', says: 'all that are at hand' },
      { line: 'data verify --json', says: 'the same for a program' },
    ],
    run: async ({ arguments: chosen, options: { dataDir, json }, io }) => {
      const sources = chosen.length > 0 ? chosen.map(sourceOf) : DATA_SOURCES;
      const checks: Checked[] = [];
      for (const source of sources) {
        const folder = await find(source, dataDir, chosen.length > 0);
        if (chosen.length > 0 || folder !== undefined) checks.push(check(source, folder));
      }
      if (checks.length === 0 && !json) io.print(`no data set is at hand; npx activations data fetch ${names().join(' ')}`);
      return show(checks, json, io);
    },
  }),
];

/** Where a set lies. A folder that was named for all sets need not hold each. */
async function find(source: DataSource, dataDir: string | null, named: boolean): Promise<string | undefined> {
  try {
    return await source.find(dataDir ?? undefined);
  } catch (error) {
    if (named || !(error instanceof Error) || error.name !== 'DatasetNotFoundError') throw error;
    return undefined;
  }
}
