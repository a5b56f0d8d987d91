import * as fs from 'node:fs';
import type { Output } from '../../../command';
import { messageOf } from '../../../config/errors';
import type { SweepFolder } from '../../sweep_folder';
import { accountedItems } from '../executor';
import type { LostTask, QueueReport, SweepQueue } from '../queue';
import { callTool } from '../tool';
import { outputFile, readJobs } from './jobs';
import { jobName } from './script';

/** Lines of a lost task that are read. */
const LAST_LINES = 20;
/** States of tasks that Slurm still has something to do with (squeue(1), JOB STATE CODES). */
const WAITING = ['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'SPECIAL_EXIT', 'RESV_DEL_HOLD'];
const RUNNING = ['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'SIGNALING', 'STAGE_OUT', 'RESIZING'];

/** A task as Slurm has it. */
interface SlurmTask {
  readonly job: string;
  readonly state: string;
  readonly reason: string;
}

/** What Slurm has of a sweep, by item: of tasks of several jobs the last one. */
export interface SlurmTasks {
  /** Those that wait or run. */
  readonly active: ReadonlyMap<number, SlurmTask>;
  /** Those that ended, as far as Slurm remembers. */
  readonly ended: ReadonlyMap<number, string>;
}

/** @throws UsageError where there is no Slurm @throws ToolError where it does not answer */
export function slurmTasks(folder: SweepFolder): SlurmTasks {
  const jobs = new Map(readJobs(folder).map((job) => [job.id, job]));
  const active = new Map<number, SlurmTask>();
  const ended = new Map<number, string>();
  if (jobs.size === 0) return { active, ended };
  const answer = callTool('squeue', ['--noheader', '--array', '--states=all', `--name=${jobName(folder)}`, '--format=%F %K %T %r']);
  for (const line of answer.split('\n')) {
    const [job = '', index = '', state = '', ...reason] = line.trim().split(' ');
    const offset = jobs.get(job)?.offset;
    // Jobs of another sweep of this name, and arrays of which no task is named.
    if (offset === undefined || !/^\d+$/.test(index)) continue;
    const item = offset + Number(index);
    if (WAITING.includes(state) || RUNNING.includes(state)) active.set(item, { job, state, reason: reason.join(' ') });
    else ended.set(item, state);
  }
  return { active, ended };
}

export const slurmQueue: SweepQueue = {
  name: 'slurm',

  used: (folder) => readJobs(folder).length > 0,

  report(folder, lines): QueueReport {
    let tasks: SlurmTasks;
    try {
      tasks = slurmTasks(folder);
    } catch (error) {
      return { executor: 'slurm', jobs: [], queued: 0, running: 0, reasons: {}, lost: [], problem: messageOf(error) };
    }
    const states = [...tasks.active.values()];
    const waiting = states.filter(({ state }) => WAITING.includes(state));
    const reasons: Record<string, number> = {};
    for (const { reason } of waiting) reasons[reason] = (reasons[reason] ?? 0) + 1;
    return {
      executor: 'slurm',
      jobs: [...new Set(states.map(({ job }) => job))],
      queued: waiting.length,
      running: states.length - waiting.length,
      reasons,
      lost: lostTasks(folder, tasks, lines),
      problem: null,
    };
  },

  cancel(folder: SweepFolder, output: Output): void {
    const jobs = [...new Set([...slurmTasks(folder).active.values()].map(({ job }) => job))];
    if (jobs.length === 0) return;
    // What runs sees that the sweep is cancelled, and has all the time that its checkpoint takes.
    callTool('scancel', ['--state=PENDING', ...jobs]);
    output.print(`Slurm: waiting tasks of ${jobs.length === 1 ? `job ${jobs[0] ?? ''}` : `${jobs.length} jobs`} are cancelled`);
  },
};

/** Tasks that ended, of items that are neither done nor failed nor run by another process. */
function lostTasks(folder: SweepFolder, { active, ended }: SlurmTasks, limit: number): LostTask[] {
  const accounted = new Set([...active.keys(), ...accountedItems(folder)]);
  const handed = new Map<number, { readonly offset: number; readonly job: string }>();
  for (const { id, offset, items } of readJobs(folder)) for (const item of items) if (!accounted.has(item)) handed.set(item, { offset, job: id });
  if (handed.size === 0) return [];
  const remembered = [...handed.keys()].every((item) => ended.has(item)) ? new Map<string, string>() : accounting([...new Set([...handed.values()].map(({ job }) => job))]);
  return [...handed].sort(([a], [b]) => a - b).map(([index, { offset, job }], place) => ({
    index,
    end: ended.get(index) ?? remembered.get(`${job}_${index - offset}`) ?? 'gone from the queue',
    lines: place < limit ? lastLines(outputFile(folder, offset, index)) : [],
  }));
}

/** States of ended tasks, by `job_index`, where the cluster keeps accounts; sacct has a line for each of these by itself. */
function accounting(jobs: readonly string[]): Map<string, string> {
  try {
    const answer = callTool('sacct', ['--noheader', '--parsable2', '--allocations', `--jobs=${jobs.join(',')}`, '--format=JobID,State']);
    return new Map(answer.split('\n').flatMap((line): [string, string][] => {
      const [task, state] = line.split('|');
      // `CANCELLED by 1000`.
      return task === undefined || state === undefined ? [] : [[task, state.split(' ')[0] ?? state]];
    }));
  } catch {
    // No accounts are kept here: what squeue has forgotten is gone.
    return new Map();
  }
}

function lastLines(file: string): string[] {
  try {
    return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
  } catch {
    return [];
  }
}
