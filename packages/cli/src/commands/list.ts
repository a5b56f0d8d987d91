import { DATA_SOURCES, EXIT, experimentNames, loadExperiment, presetNames, UsageError, suggestion } from '@cuda-activations/experiments';
import { listActivations, type ActivationInfo } from 'cuda-activations';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { printJson, styled, type Io } from '../command/io';
import { resultText, runSummaries } from './run';

/** Families of the activation table. */
const FAMILIES = ['pointwise', 'gated', 'perChannel', 'rowwise'] as const;

/** An entry of a list: what it is called, what it is, and lines below. */
interface Entry {
  readonly head: string;
  readonly text: string;
  readonly below?: readonly string[];
  readonly json: unknown;
}

interface ListOptions {
  readonly family: (typeof FAMILIES)[number] | null;
  readonly runsDir: string;
}

const LISTS: Readonly<Record<string, (options: ListOptions) => Promise<Entry[]> | Entry[]>> = {
  activations: ({ family }) =>
    listActivations(family ?? undefined).map((row) => ({
      head: headOf(row),
      text: `${row.formula}${row.aliases.length > 0 ? `  (also ${row.aliases.join(', ')})` : ''}`,
      below: [row.source],
      json: row,
    })),
  models: async () => {
    // Loads TensorFlow, which other lists do without.
    const { listModels } = await import('@cuda-activations/models');
    return listModels().map(({ name, title, structure, source }) => ({ head: name, text: title, below: [structure, source], json: { name, title, structure, source } }));
  },
  experiments: () =>
    Promise.all(
      experimentNames().map(async (name) => {
        const { summary, defaultPreset } = await loadExperiment(name);
        const presets = presetNames(name);
        return { head: name, text: summary, below: [`presets: ${presets.join(', ')} (default ${defaultPreset})`], json: { name, summary, presets, defaultPreset } };
      }),
    ),
  data: () =>
    Promise.all(
      DATA_SOURCES.map(async ({ name, title, downloadBytes, find }) => {
        const folder = (await find()) ?? null;
        return { head: name, text: title, below: [folder ?? `not at hand; npx activations data fetch ${name} (${(downloadBytes / 1e6).toFixed(0)} MB)`], json: { name, title, downloadBytes, folder } };
      }),
    ),
  runs: ({ runsDir }) =>
    runSummaries(runsDir).map((run) => ({ head: String(run['id']), text: [run['status'], resultText((run['result'] ?? undefined) as Record<string, unknown> | undefined)].filter((part) => part !== '').join(', '), json: run })),
};

function headOf({ name, parameters }: ActivationInfo): string {
  return parameters.length === 0 ? name : `${name}(${parameters.map((parameter) => `${parameter.name}=${parameter.default}`).join(', ')})`;
}

function printEntries(entries: readonly Entry[], io: Io): void {
  const width = Math.max(0, ...entries.map(({ head }) => head.length));
  for (const { head, text, below = [] } of entries) {
    io.print(`${styled(io, 'cyan', head.padEnd(width))}  ${text}`);
    for (const line of below) io.print(`${' '.repeat(width)}  ${styled(io, 'dim', line)}`);
  }
}

export const listCommand = defineCommand({
  name: 'list',
  summary: 'activations, models, experiments, data sets, runs',
  arguments: [{ name: 'what', description: `${Object.keys(LISTS).join(', ')} (activations where nothing is said)`, values: () => Object.keys(LISTS) }],
  options: {
    family: z.enum(FAMILIES).nullable().default(null).describe('activations of one family'),
    runsDir: COMMON.runsDir,
    json: COMMON.json,
  },
  examples: [
    { line: 'list', says: 'every activation: parameters, formula, source' },
    { line: 'list --family=gated', says: 'one family' },
    { line: 'list activations --json', says: 'all that is known of each' },
    { line: 'list models', says: 'the networks' },
    { line: 'list experiments', says: 'what can be run, with the presets' },
    { line: 'list data', says: 'the data sets and where they lie' },
    { line: 'list runs', says: 'the runs in runs/ and what they found' },
  ],
  run: async ({ arguments: [what = 'activations'], options, io }) => {
    const list = LISTS[what];
    if (!list) throw new UsageError(`what: expected ${Object.keys(LISTS).join(', ')}, got ${what}${suggestion(what, Object.keys(LISTS))}`);
    const entries = await list(options);
    if (options.json) printJson(io, entries.map(({ json }) => json));
    else if (entries.length > 0) printEntries(entries, io);
    else io.print('none');
    return EXIT.done;
  },
});
