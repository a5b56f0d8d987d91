import type { Output } from '../../command';
import type { SweepFolder } from '../sweep_folder';

/** A task that its queue gave up, while its item has no result. */
export interface LostTask {
  readonly index: number;
  /** What the queue says of it: `NODE_FAIL`, `TIMEOUT`. */
  readonly end: string;
  /** The last lines that it wrote. */
  readonly lines: readonly string[];
}

/** What a queue holds of a sweep. */
export interface QueueReport {
  readonly executor: string;
  /** Jobs of the sweep that it still has. */
  readonly jobs: readonly string[];
  readonly queued: number;
  readonly running: number;
  /** Why tasks wait, with their number. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Tasks that it gave up; `sweep submit` hands their items over again. */
  readonly lost: readonly LostTask[];
  /** Why it could not be asked, where it could not. */
  readonly problem: string | null;
}

/** A cluster's queue that items were handed to. */
export interface SweepQueue {
  readonly name: string;
  /** Whether it was handed items of this sweep. */
  readonly used: (folder: SweepFolder) => boolean;
  /** @param lines how many lost tasks to read the last lines of, at most */
  readonly report: (folder: SweepFolder, lines: number) => QueueReport;
  /** Takes what waits out of it; what runs stops by itself, see `SweepFolder.setCancelled`. */
  readonly cancel: (folder: SweepFolder, output: Output) => void;
}
