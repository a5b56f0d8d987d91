import type { Output } from '../../../command';
import { messageOf } from '../../../config/errors';
import type { SweepFolder } from '../../sweep_folder';
import { accountedItems } from '../executor';
import type { QueueReport, SweepQueue } from '../queue';
import { parseRanges } from '../ranges';
import { callTool } from '../tool';
import { readJobs, type KubernetesJob } from './jobs';

/** What is read of a Job's status (batch/v1 JobStatus). */
interface JobState {
  readonly spec?: { readonly suspend?: boolean };
  readonly status?: {
    readonly active?: number;
    readonly completedIndexes?: string;
    readonly failedIndexes?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}

/** What Kubernetes has of a sweep. */
export interface KubernetesTasks {
  /** Jobs that go on. */
  readonly jobs: readonly KubernetesJob[];
  /** Items of theirs that wait or run. */
  readonly open: ReadonlySet<number>;
  readonly running: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** Items that were handed over and are neither, with why. */
  readonly ended: ReadonlyMap<number, string>;
}

/** @throws UsageError where there is no kubectl @throws ToolError where the cluster does not answer */
export function kubernetesTasks(folder: SweepFolder): KubernetesTasks {
  const jobs: KubernetesJob[] = [];
  const open = new Set<number>();
  const ended = new Map<number, string>();
  const reasons: Record<string, number> = {};
  let running = 0;
  for (const job of readJobs(folder)) {
    const answer = callTool('kubectl', ['get', `job/${job.name}`, ...inNamespace(job), '--ignore-not-found', '--output=json']);
    const { spec, status = {} } = (answer.trim() === '' ? {} : JSON.parse(answer)) as JobState;
    const over = status.conditions?.find(({ type, status: holds }) => ['Complete', 'Failed'].includes(type) && holds === 'True');
    const failed = indices(status.failedIndexes);
    const completed = indices(status.completedIndexes);
    const goesOn = spec !== undefined && over === undefined;
    if (goesOn) {
      jobs.push(job);
      running += status.active ?? 0;
    }
    let waiting = 0;
    job.items.forEach((item, index) => {
      open.delete(item);
      if (goesOn && !failed.has(index) && !completed.has(index)) {
        open.add(item);
        waiting += 1;
      } else {
        ended.set(item, failed.has(index) ? 'failed' : over?.reason ?? (spec === undefined ? 'its Job is gone' : 'ended'));
      }
    });
    const reason = spec?.suspend === true ? 'Suspended' : 'Pending';
    waiting -= goesOn ? status.active ?? 0 : 0;
    if (waiting > 0) reasons[reason] = (reasons[reason] ?? 0) + waiting;
  }
  return { jobs, open, running, reasons, ended };
}

const inNamespace = ({ namespace }: Pick<KubernetesJob, 'namespace'>): string[] => (namespace === null ? [] : [`--namespace=${namespace}`]);
const indices = (text: string | undefined): Set<number> => new Set(text === undefined || text === '' ? [] : parseRanges(text, 'kubectl'));

export const kubernetesQueue: SweepQueue = {
  name: 'kubernetes',

  used: (folder) => readJobs(folder).length > 0,

  report(folder): QueueReport {
    let tasks: KubernetesTasks;
    try {
      tasks = kubernetesTasks(folder);
    } catch (error) {
      return { executor: 'kubernetes', jobs: [], queued: 0, running: 0, reasons: {}, lost: [], problem: messageOf(error) };
    }
    const { jobs, open, running, reasons, ended } = tasks;
    const accounted = new Set([...open, ...accountedItems(folder)]);
    return {
      executor: 'kubernetes',
      jobs: jobs.map(({ name }) => name),
      queued: Math.max(0, open.size - running),
      running,
      reasons,
      lost: [...ended].filter(([item]) => !accounted.has(item)).sort(([a], [b]) => a - b).map(([index, end]) => ({ index, end, lines: [] })),
      problem: null,
    };
  },

  cancel(folder: SweepFolder, output: Output): void {
    for (const job of kubernetesTasks(folder).jobs) {
      // Its pods are asked to stop, and have their grace period for a checkpoint.
      callTool('kubectl', ['delete', `job/${job.name}`, ...inNamespace(job), '--ignore-not-found', '--wait=false']);
      output.print(`Kubernetes: Job ${job.name} is deleted`);
    }
  },
};
