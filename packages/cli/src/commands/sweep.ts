import * as path from 'node:path';
import { cancelQueues, collect, EXIT, parseRanges, runItem, SweepFolder, UsageError } from '@cuda-activations/experiments';
import { z } from 'zod';
import { COMMON, defineCommand, type CommandDefinition } from '../command/definition';
import { PROGRAM } from '../command/commander';
import { printJson } from '../command/io';
import { sweepInitCommand } from './sweep_init';
import { sweepPlanCommand } from './sweep_plan';
import { sweepStatusCommand } from './sweep_status';
import { SWEEP_FOLDER, sweepSubmitCommand } from './sweep_submit';

const taskCommand = defineCommand({
  name: 'sweep task',
  summary: 'run one item of a sweep, from wherever an earlier start left it',
  details: 'What every executor starts. An item that is finished stays as it is; one that another process runs is refused (exit code 3). Signals stop it after a checkpoint.',
  arguments: [SWEEP_FOLDER],
  options: {
    index: z.int().min(0).nullable().default(null).describe('the item (none: $JOB_COMPLETION_INDEX or $SLURM_ARRAY_TASK_ID)'),
    items: z.string().nullable().default(null).describe('items as ranges, such as 0-9,11: the index counts these (none: all)'),
  },
  examples: [{ line: 'sweep task sweeps/activations --index=0', says: 'the first one' }],
  run: ({ arguments: [folder = ''], options, io }) => {
    const place = options.index ?? placeInQueue();
    const index = options.items === null ? place : itemAt(options.items, place);
    return runItem(new SweepFolder(folder), index, `${PROGRAM} sweep task ${folder} --index=${index}`, io);
  },
});

/** What the scheduler that started this process counts its tasks by. */
function placeInQueue(): number {
  const { JOB_COMPLETION_INDEX: completion, SLURM_ARRAY_TASK_ID: array } = process.env;
  const place = completion ?? array;
  if (place === undefined) throw new UsageError('index: expected an integer, from --index or from $JOB_COMPLETION_INDEX or $SLURM_ARRAY_TASK_ID, got none');
  return Number(place);
}

function itemAt(items: string, place: number): number {
  const numbers = parseRanges(items, 'items');
  const item = numbers[place];
  if (item === undefined) throw new UsageError(`index: expected an integer from 0 to ${numbers.length - 1} with --items=${items}, got ${place}`);
  return item;
}

const cancelCommand = defineCommand({
  name: 'sweep cancel',
  summary: 'stop a sweep, wherever its items run',
  details: 'Running items write a checkpoint and end within seconds; no further one starts, and what waits in the queue of a cluster is taken out of it. `sweep submit` goes on from there.',
  arguments: [SWEEP_FOLDER],
  options: { json: COMMON.json },
  examples: [{ line: 'sweep cancel sweeps/activations', says: 'from any machine that sees the folder' }],
  run: ({ arguments: [name = ''], options: { json }, io }) => {
    const folder = new SweepFolder(name);
    const { name: sweep, items } = folder.sweep;
    folder.setCancelled(true);
    cancelQueues(folder, json ? { print: io.complain, complain: io.complain } : io);
    const done = folder.marked('done').length;
    if (json) printJson(io, { sweep, items, done, cancelled: true });
    else io.print(`${sweep} is cancelled: ${done} of ${items} items were done`);
    return EXIT.done;
  },
});

const collectCommand = defineCommand({
  name: 'sweep collect',
  summary: "one table with a row a run, and a report, of a sweep's finished items",
  details: 'Each item counts once, however often it was started. Columns: the item, what it varies (option.*), all that the run depends on (config.*), what it found (result.*).',
  arguments: [SWEEP_FOLDER],
  options: {
    format: z.enum(['parquet', 'csv']).default('parquet').describe('of the table'),
    metric: z.string().default('test.accuracy').describe('number of the results that the report compares settings by'),
    output: z.string().nullable().default(null).describe('folder to write into (none: collected/ in the sweep)'),
    json: COMMON.json,
  },
  examples: [
    { line: 'sweep collect sweeps/activations', says: 'results.parquet, report.md, report.html, settings.csv' },
    { line: 'sweep collect sweeps/activations --format=csv --json', says: 'as comma-separated values' },
  ],
  run: async ({ arguments: [name = ''], options: { format, metric, output, json }, io }) => {
    const collected = await collect(new SweepFolder(name), output ?? path.join(name, 'collected'), format, metric);
    if (json) printJson(io, collected);
    else io.print(`${collected.rows} runs of ${collected.items} finished items: ${collected.files.join(', ')}`);
    return EXIT.done;
  },
});

export const sweepCommands: readonly CommandDefinition[] = [sweepInitCommand, sweepPlanCommand, sweepSubmitCommand, sweepStatusCommand, taskCommand, collectCommand, cancelCommand];
