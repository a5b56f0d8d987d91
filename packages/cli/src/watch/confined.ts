import * as fs from 'node:fs';
import * as path from 'node:path';

/** Links are not followed, and a pipe that someone left is not waited for. */
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** The files below a folder, and nothing that lies elsewhere: links below it are as good as absent. */
export class Confined {
  /** @param root its real path, without links */
  private constructor(readonly root: string) {}

  /** @returns undefined where there is no such folder; one that is a link itself is followed, since the user named it */
  static at(folder: string): Confined | undefined {
    return attempt(() => {
      const root = fs.realpathSync(folder);
      return fs.statSync(root).isDirectory() ? new Confined(root) : undefined;
    });
  }

  /** Names of the folders in a folder, sorted; none where it is none. */
  folders(relative: string): string[] {
    return attempt(() => {
      const folder = this.#real(relative);
      return folder === undefined ? [] : fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
    }) ?? [];
  }

  /** When what is there changed, a link itself among it; undefined where nothing is. Says nothing of what it is, and costs little. */
  changed(relative: string): number | undefined {
    return attempt(() => fs.lstatSync(path.join(this.root, relative)).mtimeMs);
  }

  /** Of a regular file or a folder; undefined where it is neither, or not there. */
  stat(relative: string): fs.Stats | undefined {
    return attempt(() => {
      const stat = fs.lstatSync(path.join(this.root, relative));
      return (stat.isFile() || stat.isDirectory()) && this.#real(relative) !== undefined ? stat : undefined;
    });
  }

  /** Opens a regular file and gives it to `use`; undefined where it cannot be read. */
  open<T>(relative: string, use: (descriptor: number, stat: fs.Stats) => T): T | undefined {
    return attempt(() => {
      const descriptor = fs.openSync(path.join(this.root, relative), FLAGS);
      try {
        const stat = fs.fstatSync(descriptor);
        // After it is open: a folder on the way may have become a link before.
        return stat.isFile() && this.#real(relative) !== undefined ? use(descriptor, stat) : undefined;
      } finally {
        fs.closeSync(descriptor);
      }
    });
  }

  /** The text of a file; undefined where it cannot be read or is longer than `limit` bytes. */
  text(relative: string, limit: number): string | undefined {
    return this.open(relative, (descriptor, { size }) => {
      if (size > limit) return undefined;
      const bytes = Buffer.alloc(size);
      return bytes.toString('utf8', 0, fs.readSync(descriptor, bytes, 0, size, 0));
    });
  }

  /** The same as a JSON object. */
  json(relative: string, limit: number): Readonly<Record<string, unknown>> | undefined {
    const text = this.text(relative, limit);
    return text === undefined ? undefined : attempt(() => {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
    });
  }

  /** The real path, where it is the one that was asked for. */
  #real(relative: string): string | undefined {
    const wanted = path.join(this.root, relative);
    if (wanted !== this.root && !wanted.startsWith(this.root === path.sep ? path.sep : this.root + path.sep)) return undefined;
    return fs.realpathSync.native(wanted) === wanted ? wanted : undefined;
  }
}

/** What appears, goes and changes while it is looked at is not there at that moment. */
function attempt<T>(look: () => T | undefined): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
