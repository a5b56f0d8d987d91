import * as fs from 'node:fs';
import * as path from 'node:path';

/** The run folder cannot be written: the disk is full, or it is not ours to write. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EEXIST: 'a file is in the way',
};

/** Runs `write`, and turns what the operating system refuses into a StorageError that names the file and the way out. */
export function storing<T>(target: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const reason = REASONS[code];
    if (reason === undefined) throw error;
    throw new StorageError(`cannot write ${target}: ${reason} (${code}); ${code === 'ENOSPC' || code === 'EDQUOT' ? 'free some space' : 'change it'}, or choose another folder with --runsDir=DIR`);
  }
}

/** Makes a directory and its parents, one at a time: Node's recursive mkdir never returns where a file system answers ENOENT (/proc). */
export function makeDirectory(folder: string): void {
  if (isDirectory(folder)) return;
  const parent = path.dirname(path.resolve(folder));
  if (parent !== path.resolve(folder)) makeDirectory(parent);
  storing(folder, () => {
    try {
      fs.mkdirSync(folder);
    } catch (error) {
      // Another process may have been faster.
      if (!isDirectory(folder)) throw error;
    }
  });
}

function isDirectory(folder: string): boolean {
  try {
    return fs.statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** Makes the names in a directory durable. Not every file system can. */
function syncDirectory(folder: string): void {
  const descriptor = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(descriptor);
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * Writes a file so that, whenever the process or the machine stops, either the old or the new content is there:
 * a temporary file, fsync, rename, fsync of the folder. A write that fails leaves nothing behind.
 */
export function writeFileAtomic(file: string, parts: string | readonly Uint8Array[]): void {
  const temporary = `${file}.tmp`;
  storing(file, () => {
    try {
      const descriptor = fs.openSync(temporary, 'w');
      try {
        for (const part of typeof parts === 'string' ? [Buffer.from(parts)] : parts) {
          for (let written = 0; written < part.byteLength; ) written += fs.writeSync(descriptor, part, written);
        }
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      fs.renameSync(temporary, file);
      syncDirectory(path.dirname(file));
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  });
}
