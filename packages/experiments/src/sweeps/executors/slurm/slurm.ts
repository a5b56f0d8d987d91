import * as path from 'node:path';
import type { Output } from '../../../command';
import { UsageError } from '../../../config/errors';
import { EXIT } from '../../../exit_codes';
import { makeDirectory, writeFileAtomic } from '../../../runs/atomic';
import { SweepFolder } from '../../sweep_folder';
import { shellQuoted, type SweepExecutor, type Work } from '../executor';
import { callTool } from '../tool';
import { arraysOf, DEFAULT_MAX_ARRAY_SIZE, type TaskArray } from './arrays';
import { jobsFile, outputFolder, recordJob, scriptFile } from './jobs';
import { requireTime, type SlurmOptions } from './options';
import { slurmTasks } from './queue';
import { batchScript } from './script';

/** An array, and the arrays of the same call (by place) or jobs of earlier ones (by identity) that it waits for. */
interface Submission extends TaskArray {
  readonly after: readonly number[];
  readonly afterJobs: readonly string[];
}

/** Hands items to Slurm as arrays of tasks. */
export class SlurmExecutor implements SweepExecutor {
  readonly name = 'slurm';

  /** @throws UsageError for options that do not fit together */
  constructor(private readonly options: SlurmOptions) {
    requireTime(options);
  }

  describe(given: Work): string {
    const work = this.#absolute(given);
    const { folder } = work;
    const submissions = this.#submissions(work, []);
    const script = scriptFile(folder);
    return [
      `mkdir -p ${submissions.map(({ offset }) => shellQuoted(outputFolder(folder, offset))).join(' ')}`,
      `cat > ${shellQuoted(script)} <<'END_OF_SCRIPT'`,
      `${batchScript(work, this.options)}END_OF_SCRIPT`,
      ...submissions.flatMap((submission, i) => {
        const after = submission.after.map((place) => `$job${place}`).join(':');
        // Digits and colons only: nothing to quote.
        const argv = this.#arguments(folder, submission).map(shellQuoted);
        const call = ['sbatch', ...(after === '' ? [] : [`--dependency=afterany:${after}`]), ...argv].join(' ');
        return [`job${i}=$(${call}) && echo "$job${i} ${submission.offset} ${submission.array}" >> ${shellQuoted(jobsFile(folder))}`];
      }),
    ].join('\n');
  }

  submit(given: Work, output: Output): Promise<number> {
    const work = this.#absolute(given);
    const { folder } = work;
    const { active } = slurmTasks(folder);
    const items = work.items.filter((item) => !active.has(item));
    const inQueue = work.items.length - items.length;
    if (inQueue > 0) output.print(`${inQueue} items are in Slurm's queue already`);
    if (items.length === 0) {
      output.print('nothing to submit');
      return Promise.resolve(EXIT.done);
    }
    const live = [...new Set(active.values())].map(({ job }) => job);
    const submissions = this.#submissions({ ...work, items }, live);
    for (const { offset } of submissions) makeDirectory(outputFolder(folder, offset));
    writeFileAtomic(scriptFile(folder), batchScript(work, this.options));
    const ids: string[] = [];
    for (const submission of submissions) {
      const jobs = [...submission.afterJobs, ...submission.after.flatMap((place) => ids[place] ?? [])];
      const answer = callTool('sbatch', [...(jobs.length > 0 ? [`--dependency=afterany:${[...new Set(jobs)].join(':')}`] : []), ...this.#arguments(folder, submission)]);
      // `job` or `job;cluster`.
      const [id = ''] = answer.trim().split(';');
      if (!/^\d+$/.test(id)) throw new Error(`sbatch: expected the number of a job, got "${answer.trim()}"`);
      ids.push(id);
      recordJob(folder, id, submission);
    }
    output.print(`${items.length} items in ${ids.length === 1 ? `job ${ids[0] ?? ''}` : `${ids.length} jobs, ${ids[0] ?? ''} to ${ids.at(-1) ?? ''}`}`);
    return Promise.resolve(EXIT.done);
  }

  /** Tasks start in whatever folder sbatch was called from, on another machine. */
  #absolute(work: Work): Work {
    const folder = path.resolve(work.folder.folder);
    // sbatch reads backslashes in the name of the output, and control characters nowhere.
    // eslint-disable-next-line no-control-regex
    if (/[\\\u0000-\u001f]/.test(folder)) throw new UsageError(`folder: Slurm takes no backslash and no control character in a path, got ${JSON.stringify(folder)}`);
    return { ...work, folder: new SweepFolder(folder) };
  }

  #arguments(folder: SweepFolder, { offset, array }: TaskArray): string[] {
    // In the name of the output a per cent sign begins a pattern.
    const output = `${outputFolder(folder, offset).replaceAll('%', '%%')}/%a.out`;
    return ['--parsable', `--array=${array}`, `--output=${output}`, scriptFile(folder), String(offset)];
  }

  #submissions({ folder, items }: Work, live: readonly string[]): Submission[] {
    const { maxRunning } = this.options;
    const arrays = arraysOf(items, folder.stages, maxArraySize(), maxRunning);
    return arrays.map((array, i) => ({
      ...array,
      // A limit holds for one array: they follow each other.
      after: maxRunning !== null ? (i > 0 ? [i - 1] : []) : arrays.flatMap(({ stage }, other) => (stage === array.stage - 1 ? [other] : [])),
      afterJobs: array.stage > 0 || maxRunning !== null ? live : [],
    }));
  }
}

/** Array indices are below it. */
function maxArraySize(): number {
  try {
    return Number(/^MaxArraySize\s*=\s*(\d+)$/m.exec(callTool('scontrol', ['show', 'config']))?.[1] ?? DEFAULT_MAX_ARRAY_SIZE);
  } catch {
    // Scripts may be printed where there is no Slurm.
    return DEFAULT_MAX_ARRAY_SIZE;
  }
}
