import * as fs from 'node:fs';
import * as os from 'node:os';

/** Bytes that processes here can still take: the machine's available memory, and what the control group leaves. */
export function availableMemory(): number {
  const machine = kilobytes('/proc/meminfo', 'MemAvailable') ?? os.freemem();
  const limit = bytes('/sys/fs/cgroup/memory.max');
  const used = bytes('/sys/fs/cgroup/memory.current');
  if (limit === undefined || used === undefined) return machine;
  // Files that were read are let go of when memory is wanted.
  const cached = Number(/^inactive_file (\d+)$/m.exec(text('/sys/fs/cgroup/memory.stat'))?.[1] ?? 0);
  return Math.min(machine, limit - used + cached);
}

/** Largest resident memory of a process so far, in bytes; 0 where it is gone or cannot be seen. */
export function peakMemory(pid: number): number {
  return kilobytes(`/proc/${pid}/status`, 'VmHWM') ?? 0;
}

/** Its resident memory now. */
export function residentMemory(pid: number): number {
  return kilobytes(`/proc/${pid}/status`, 'VmRSS') ?? 0;
}

function kilobytes(file: string, name: string): number | undefined {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text(file));
  return match ? Number(match[1]) * 1024 : undefined;
}

function bytes(file: string): number | undefined {
  const value = text(file).trim();
  // `max` where nothing limits it.
  return /^\d+$/.test(value) ? Number(value) : undefined;
}

function text(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
