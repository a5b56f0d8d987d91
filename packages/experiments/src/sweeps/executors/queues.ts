import type { Output } from '../../command';
import { messageOf } from '../../config/errors';
import type { SweepFolder } from '../sweep_folder';
import { kubernetesQueue } from './kubernetes/queue';
import type { QueueReport, SweepQueue } from './queue';
import { slurmQueue } from './slurm/queue';

const QUEUES: readonly SweepQueue[] = [slurmQueue, kubernetesQueue];

/** What the queues that a sweep was handed to hold of it. @param lines how many lost tasks to read the last lines of, at most */
export function queueReports(folder: SweepFolder, lines = 20): QueueReport[] {
  return QUEUES.filter((queue) => queue.used(folder)).map((queue) => queue.report(folder, lines));
}

/** Takes what waits out of the queues. Where one cannot be asked, its tasks see that the sweep is cancelled as they start. */
export function cancelQueues(folder: SweepFolder, output: Output): void {
  for (const queue of QUEUES.filter(({ used }) => used(folder))) {
    try {
      queue.cancel(folder, output);
    } catch (error) {
      output.complain(`${queue.name}: ${messageOf(error)}; tasks that wait there end as they start`);
    }
  }
}
