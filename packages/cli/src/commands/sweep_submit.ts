import * as path from 'node:path';
import { EXIT, openItems, SweepFolder, type Work } from '@cuda-activations/experiments';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { printJson, type Io } from '../command/io';
import { EXECUTOR_OPTIONS, executorOf } from './sweep_executor';

/** The argument that names the folder of a sweep. */
export const SWEEP_FOLDER = { name: 'folder', description: 'folder of the sweep', required: true } as const;

/** How the tasks of a sweep start this command. */
export function programCommand(): string[] {
  return [process.execPath, path.resolve(__dirname, '..', '..', 'bin', 'activations.js')];
}

const { executor, ...others } = EXECUTOR_OPTIONS;
const OPTIONS = {
  executor,
  printOnly: z.boolean().default(false).describe('print what would be done, and do nothing'),
  retryFailed: z.boolean().default(false).describe('run failed items again'),
  ...others,
  json: COMMON.json,
};

type SubmitOptions = z.output<z.ZodObject<typeof OPTIONS>>;

async function submit(folder: SweepFolder, options: SubmitOptions, io: Io): Promise<number> {
  const items = openItems(folder, options.retryFailed);
  const { threads } = folder.sweep.config;
  const work: Work = { folder, items, program: programCommand(), threads: typeof threads === 'number' && threads > 0 ? threads : 1 };
  const chosen = executorOf(options, folder.sweep.name, work.threads);
  if (options.printOnly) {
    io.print(items.length > 0 ? chosen.describe(work) : 'nothing to submit');
    return EXIT.done;
  }
  folder.setCancelled(false);
  if (options.retryFailed) for (const index of folder.marked('failed')) folder.forgetFailure(index);
  const output = options.json ? { print: io.complain, complain: io.complain } : io;
  const code = await chosen.submit(work, output);
  if (options.json) printJson(io, { exitCode: code, submitted: items.length, done: folder.marked('done').length, failed: folder.marked('failed').length });
  return code;
}

export const sweepSubmitCommand = defineCommand({
  name: 'sweep submit',
  summary: 'run what is left of a sweep',
  details:
    'Locally: a process a run, each with the number of threads that the sweep has; failures are collected and the sweep goes on. A process that was killed goes on from its last checkpoint, three times at most. Ctrl-C lets runs write a checkpoint; the same command goes on from there. On a cluster: a task a run, handed to Slurm (sbatch) or Kubernetes (kubectl); `sweep status` says how they are. See docs/sweeps.md.',
  arguments: [SWEEP_FOLDER],
  options: OPTIONS,
  examples: [
    { line: 'sweep submit sweeps/activations --printOnly', says: 'the command of each run' },
    { line: 'sweep submit sweeps/activations --executor=slurm --time=4:00:00 --memory=2000 --printOnly', says: 'the batch script and the calls of sbatch; without --printOnly they are made' },
    { line: 'sweep submit sweeps/activations --executor=kubernetes --image=registry.example.org/activations:1 --claim=sweeps --printOnly', says: 'the manifest, as kubectl create -f - takes it' },
    { line: 'sweep submit sweeps/activations --processes=2', says: 'two at a time, until all are done' },
    { line: 'sweep submit sweeps/activations --retryFailed', says: 'what failed once more' },
  ],
  run: ({ arguments: [folder = ''], options, io }) => submit(new SweepFolder(folder), options, io),
});
