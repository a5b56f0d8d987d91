import * as fs from 'node:fs';
import * as path from 'node:path';
import { StorageError, storing } from './atomic';
import { isRunning, newOwner, type Owner } from './owner';

/** How long a lock holds that its owner does not refresh, where the owner's process cannot be seen: it runs on another machine, or in another container. */
export const LEASE_MS = 180_000;
/** How often an owner refreshes it. A step that keeps the event loop for longer delays it; checkpoints refresh it as well. */
const REFRESH_MS = 20_000;
/** A takeover lasts microseconds; one that is older was left by a process that was killed in it. */
const TAKEOVER_MS = 10_000;

/** A lock that this process holds. */
export interface Lock {
  /** Refreshes it. @throws StorageError where another process has taken it over: this one must write nothing more */
  readonly check: () => void;
  /** Lets go of it; one that is another's by now stays. */
  readonly release: () => void;
}

/** A folder or file is in use by another process. */
export class InUseError extends StorageError {
  /** @param visible whether that process was seen to run, and not only its lock to be fresh */
  constructor(
    message: string,
    readonly visible: boolean,
  ) {
    super(message);
  }
}

/** Keeps a second process out of a folder, see {@link lockFile}. */
export function lockFolder(folder: string): Lock {
  return lockFile(path.join(folder, 'lock'), folder);
}

/**
 * Holds a lock: a file that names its owner. The lock of a process that is gone, even by SIGKILL, does not hold; where its
 * process cannot be seen from here, it holds as long as its owner refreshes the file. Times are the file system's own, so clocks
 * of machines that share it need not agree. Where that clock is set forward or back, a lock may stop holding too early, which its
 * owner notices before it writes again; it never holds for longer than its lease.
 *
 * @param what is locked, for messages
 * @param refreshMs how often the owner refreshes it
 * @throws InUseError naming the process that holds it
 */
export function lockFile(file: string, what: string, refreshMs = REFRESH_MS): Lock {
  const self = newOwner();
  storing(file, () => {
    if (!create(file, self)) takeOver(file, what, self);
  });
  const timer = setInterval(() => { refresh(file, self); }, refreshMs);
  timer.unref();
  return {
    check: () => {
      if (refresh(file, self)) return;
      clearInterval(timer);
      const owner = read(file)?.owner;
      throw new StorageError(`${what} is no longer this process's: its lock was not refreshed for ${String(LEASE_MS / 1000)} s and ${owner ? `${named(owner)} took it over` : 'was removed'}; nothing more is written here`);
    },
    release: () => {
      clearInterval(timer);
      if (read(file)?.owner?.token === self.token) fs.rmSync(file, { force: true });
    },
  };
}

/**
 * Who holds a lock; undefined where nobody does.
 * @param present milliseconds that its age is counted to: the clock of the file system, or what a caller has who must write nothing there
 */
export function lockOwner(file: string, present?: number): Owner | undefined {
  const held = read(file);
  return held?.owner && holds(file, held, present) ? held.owner : undefined;
}

/** A lock as it lies there. */
interface Held {
  readonly owner: Owner | undefined;
  readonly mtimeMs: number;
}

function create(file: string, owner: Owner): boolean {
  // A link appears with its content: a lock that can be seen can be read.
  const own = `${file}.${owner.token}`;
  fs.writeFileSync(own, JSON.stringify(owner));
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    // Over NFS the answer to a link that was made can be lost, and that to its repetition is EEXIST.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return fs.statSync(own).nlink > 1;
    throw error;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function takeOver(file: string, what: string, self: Owner): void {
  const guard = `${file}.takeover`;
  const since = fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs;
  if (since !== undefined && distance(fileTime(file, self), since) > TAKEOVER_MS) fs.rmSync(guard, { recursive: true, force: true });
  const held = read(file);
  if (held && holds(file, held)) throw inUse(file, what, held.owner);
  try {
    fs.mkdirSync(guard);
  } catch {
    throw inUse(file, what, held?.owner);
  }
  try {
    // Another process may have taken it over since it was read.
    const current = read(file);
    if (current && holds(file, current)) throw inUse(file, what, current.owner);
    fs.rmSync(file, { force: true });
    if (!create(file, self)) throw inUse(file, what, read(file)?.owner);
  } finally {
    fs.rmSync(guard, { recursive: true, force: true });
  }
}

function holds(file: string, { owner, mtimeMs }: Held, present?: number): boolean {
  if (!owner) return false;
  return isRunning(owner) ?? distance(present ?? fileTime(file, newOwner()), mtimeMs) <= LEASE_MS;
}

/** Between two times, whichever is later: what lies in the future was dated before the clock was set back. */
function distance(one: number, other: number): number {
  return Math.abs(one - other);
}

/** The present by the clock of the file system that a lock lies on. */
function fileTime(file: string, { token }: Owner): number {
  const own = `${file}.${token}.time`;
  try {
    fs.writeFileSync(own, '');
    return fs.statSync(own).mtimeMs;
  } catch {
    // Who may only read looks at the clock of this machine.
    return Date.now();
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function read(file: string): Held | undefined {
  let descriptor: number;
  try {
    // Opening asks a file server for the file as it is now; the time of a name may be remembered.
    descriptor = fs.openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const { mtimeMs } = fs.fstatSync(descriptor);
    const owner = JSON.parse(fs.readFileSync(descriptor, 'utf8')) as Partial<Owner> & Pick<Owner, 'pid' | 'host'>;
    return { owner: { started: null, space: null, token: '', ...owner }, mtimeMs };
  } catch {
    return { owner: undefined, mtimeMs: 0 };
  } finally {
    fs.closeSync(descriptor);
  }
}

/** @returns false where the lock is not this owner's any more */
function refresh(file: string, self: Owner): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(file, 'r+');
    if ((JSON.parse(fs.readFileSync(descriptor, 'utf8')) as Owner).token !== self.token) return false;
    // The same bytes again: the file system dates them.
    fs.writeSync(descriptor, JSON.stringify(self), 0);
    fs.fsyncSync(descriptor);
    return true;
  } catch (error) {
    // A file system that does not answer at the moment says nothing about the owner; the next refresh asks again.
    return !['ENOENT', 'ESTALE'].includes((error as NodeJS.ErrnoException).code ?? '') && !(error instanceof SyntaxError);
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

const named = (owner: Owner): string => `process ${owner.pid} on ${owner.host}`;

function inUse(file: string, what: string, owner: Owner | undefined): InUseError {
  return new InUseError(`${what} is in use by ${owner ? named(owner) : 'another process'}; wait for it, or choose another folder with --runsDir=DIR (if that process is gone, the lock ${file} stops holding ${String(LEASE_MS / 1000)} s after its last refresh)`, owner !== undefined && isRunning(owner) === true);
}
