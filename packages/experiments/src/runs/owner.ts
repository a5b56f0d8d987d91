import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';

/** The process that holds a lock. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process was started, so that a reused process number is not taken for the owner; null where unknown. */
  readonly started: string | null;
  /** Where process numbers mean the same: this boot of a machine and its process namespace, which containers have of their own; null where unknown. */
  readonly space: string | null;
  /** Tells this hold from every other. */
  readonly token: string;
}

/** This process, as a new owner. */
export function newOwner(): Owner {
  return { pid: process.pid, host: os.hostname(), started: startOf(process.pid), space: processSpace(), token: randomUUID() };
}

/** Whether the owner's process runs; undefined where it cannot be seen from here. */
export function isRunning(owner: Owner): boolean | undefined {
  const here = owner.host === os.hostname() && owner.space === processSpace();
  if (!here) return undefined;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return owner.started === null || owner.started === startOf(owner.pid);
}

/** Start time of a process in clock ticks since boot: field 22 of /proc/PID/stat; null elsewhere than on Linux. */
function startOf(pid: number): string | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

let space: string | null | undefined;

/** This boot and process namespace; null elsewhere than on Linux. */
export function processSpace(): string | null {
  if (space === undefined) {
    try {
      space = `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fs.readlinkSync('/proc/self/ns/pid')}`;
    } catch {
      space = null;
    }
  }
  return space;
}
