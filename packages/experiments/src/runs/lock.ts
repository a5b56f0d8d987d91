import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { StorageError, storing } from './atomic';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process was started, so that a reused process number is not taken for the owner; null where unknown. */
  readonly started: string | null;
}

/** A takeover lasts microseconds; one that is older was left by a process that was killed in it. */
const TAKEOVER_MS = 10_000;

/**
 * Keeps a second process out of a folder. The lock of a process that is gone, even by SIGKILL, does not hold.
 *
 * @returns a function that lets go of it
 * @throws StorageError naming the process that holds it
 */
export function lockFolder(folder: string): () => void {
  const file = path.join(folder, 'lock');
  const self: Owner = { pid: process.pid, host: os.hostname(), started: startOf(process.pid) };
  storing(file, () => {
    if (!create(file, self)) takeOver(folder, file, self);
  });
  return () => { fs.rmSync(file, { force: true }); };
}

function create(file: string, owner: Owner): boolean {
  // A link appears with its content: a lock that can be seen can be read.
  const own = `${file}.${owner.pid}`;
  fs.writeFileSync(own, JSON.stringify(owner));
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function takeOver(folder: string, file: string, self: Owner): void {
  const guard = path.join(folder, 'lock.takeover');
  const age = Date.now() - (fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > TAKEOVER_MS) fs.rmSync(guard, { recursive: true, force: true });
  const owner = read(file);
  if (owner && isAlive(owner)) throw inUse(folder, owner);
  try {
    fs.mkdirSync(guard);
  } catch {
    throw inUse(folder, owner);
  }
  try {
    // Another process may have taken it over since it was read.
    const current = read(file);
    if (current && isAlive(current)) throw inUse(folder, current);
    fs.rmSync(file, { force: true });
    if (!create(file, self)) throw inUse(folder, read(file));
  } finally {
    fs.rmSync(guard, { recursive: true, force: true });
  }
}

function read(file: string): Owner | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  // Another machine's processes cannot be seen from here: its lock holds until its owner, or the user, removes it.
  if (owner.host !== os.hostname()) return true;
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

function inUse(folder: string, owner: Owner | undefined): StorageError {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another process';
  return new StorageError(`${folder} is in use by ${who}; wait for it, or choose another folder with --runsDir=DIR (if that process is gone, remove ${path.join(folder, 'lock')})`);
}
