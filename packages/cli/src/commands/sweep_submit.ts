import * as os from 'node:os';
import * as path from 'node:path';
import { EXIT, LocalExecutor, MemoryGuard, openItems, SweepFolder, type SweepExecutor, type Work } from '@cuda-activations/experiments';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { printJson, type Io } from '../command/io';

const MEGABYTE = 2 ** 20;

/** The argument that names the folder of a sweep. */
export const SWEEP_FOLDER = { name: 'folder', description: 'folder of the sweep', required: true } as const;

/** How the tasks of a sweep start this command. */
export function programCommand(): string[] {
  return [process.execPath, path.resolve(__dirname, '..', '..', 'bin', 'activations.js')];
}

const OPTIONS = {
  executor: z.enum(['local']).default('local').describe('where the runs go'),
  printOnly: z.boolean().default(false).describe('print what would be done, and do nothing'),
  retryFailed: z.boolean().default(false).describe('run failed items again'),
  processes: z.int().min(0).default(0).describe('runs at a time (0: as many as there are cores for their threads)'),
  memoryPerRun: z.number().min(0).default(0).describe('megabytes that a run needs (0: the largest peak that was measured)'),
  memoryReserve: z.number().min(0).default(512).describe('megabytes that stay free: no further run starts where they would be used, and one stops where half of them are'),
  json: COMMON.json,
};

type SubmitOptions = z.output<z.ZodObject<typeof OPTIONS>>;

function executorOf({ processes, memoryPerRun, memoryReserve }: SubmitOptions, threads: number): SweepExecutor {
  const guard = new MemoryGuard(memoryPerRun * MEGABYTE, memoryReserve * MEGABYTE);
  return new LocalExecutor({ processes: processes || Math.max(1, Math.floor(os.availableParallelism() / threads)), guard });
}

async function submit(folder: SweepFolder, options: SubmitOptions, io: Io): Promise<number> {
  const items = openItems(folder, options.retryFailed);
  const { threads } = folder.sweep.config;
  const work: Work = { folder, items, program: programCommand(), threads: typeof threads === 'number' && threads > 0 ? threads : 1 };
  const executor = executorOf(options, work.threads);
  if (options.printOnly) {
    io.print(executor.describe(work));
    return EXIT.done;
  }
  folder.setCancelled(false);
  if (options.retryFailed) for (const index of folder.marked('failed')) folder.forgetFailure(index);
  const output = options.json ? { print: io.complain, complain: io.complain } : io;
  const code = await executor.submit(work, output);
  if (options.json) printJson(io, { exitCode: code, submitted: items.length, done: folder.marked('done').length, failed: folder.marked('failed').length });
  return code;
}

export const sweepSubmitCommand = defineCommand({
  name: 'sweep submit',
  summary: 'run what is left of a sweep',
  details:
    'Locally: a process a run, each with the number of threads that the sweep has; failures are collected and the sweep goes on. A process that was killed goes on from its last checkpoint, three times at most. Ctrl-C lets runs write a checkpoint; the same command goes on from there.',
  arguments: [SWEEP_FOLDER],
  options: OPTIONS,
  examples: [
    { line: 'sweep submit sweeps/activations --printOnly', says: 'the command of each run' },
    { line: 'sweep submit sweeps/activations --processes=2', says: 'two at a time, until all are done' },
    { line: 'sweep submit sweeps/activations --retryFailed', says: 'what failed once more' },
  ],
  run: ({ arguments: [folder = ''], options, io }) => submit(new SweepFolder(folder), options, io),
});
