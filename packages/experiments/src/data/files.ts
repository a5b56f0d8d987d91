import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DataFileError, DatasetNotFoundError } from './dataset';
import type { OfficialDataset, OfficialFile } from './official';

/**
 * How closely files must match the official release:
 * `official`: every byte (size and SHA-256); `format`: any number of well-formed records, for subsets and modified copies.
 */
export type Integrity = 'official' | 'format';

/**
 * The folder that holds a set's files: `directory` itself, its sub-folder of the official name, or (MNIST, torchvision's layout)
 * that folder's `raw`.
 * @returns the folder, or undefined where none holds any of the files
 */
export function findFolder(set: OfficialDataset, directory: string): string | undefined {
  const names = [...set.train, ...set.test].map(({ name }) => name);
  const folders = [directory, path.join(directory, set.folder), path.join(directory, set.folder, 'raw')];
  return folders.find((folder) => names.some((name) => locate(folder, name) !== undefined));
}

/** As {@link findFolder}, for a directory that the user has named. */
export function requireFolder(set: OfficialDataset, directory: string): string {
  if (!fs.existsSync(directory)) throw new DatasetNotFoundError(`dataDir: ${path.resolve(directory)} does not exist`);
  if (!fs.statSync(directory).isDirectory()) throw new DatasetNotFoundError(`dataDir: ${path.resolve(directory)} is a file, not a directory`);
  const folder = findFolder(set, directory);
  if (folder !== undefined) return folder;
  const entries = fs.readdirSync(directory);
  const found = entries.length === 0 ? 'nothing' : entries.slice(0, 8).join(', ') + (entries.length > 8 ? ', ...' : '');
  throw new DatasetNotFoundError(
    `dataDir: ${path.resolve(directory)} holds no ${set.title}: expected ${set.train[0]?.name ?? ''} and the other official files in it or in ${set.folder}/, found ${found}`,
  );
}

/**
 * The bytes of one file of a set, decompressed where it is stored as gzip, and compared with the official release.
 * @throws DataFileError where it is missing, damaged, or (`integrity: 'official'`) differs from the release
 */
export function readOfficial(folder: string, official: OfficialFile, integrity: Integrity): { file: string; bytes: Uint8Array } {
  const file = locate(folder, official.name);
  if (file === undefined) throw new DataFileError(path.join(folder, official.name), 'missing (neither plain nor as .gz)');
  const stored = fs.readFileSync(file);
  const bytes = stored[0] === 0x1f && stored[1] === 0x8b ? decompress(file, stored) : stored;
  if (integrity === 'official') {
    if (bytes.length !== official.size) {
      const kind = bytes.length < official.size ? 'truncated' : 'too long';
      throw new DataFileError(file, `${kind}: expected ${official.size} bytes, found ${bytes.length}${hint}`);
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== official.sha256) {
      throw new DataFileError(file, `differs from the official ${official.name}: expected sha256 ${official.sha256}, found ${sha256}${hint}`);
    }
  }
  return { file, bytes };
}

const hint = '; fetch it again, or accept files that only have the format with --integrity=format';

function locate(folder: string, name: string): string | undefined {
  return [path.join(folder, name), path.join(folder, `${name}.gz`)].find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
}

function decompress(file: string, stored: Buffer): Uint8Array {
  try {
    return gunzipSync(stored);
  } catch (error) {
    throw new DataFileError(file, `truncated or corrupt gzip data after ${stored.length} bytes: ${(error as Error).message}`);
  }
}
