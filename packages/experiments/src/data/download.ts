import * as fs from 'node:fs';
import * as path from 'node:path';
import { findFolder } from './files';
import type { OfficialDataset } from './official';
import { unpackTarGz } from './untar';
import { unpackZip } from './unzip';

/** Where and how patiently to download. */
export interface DownloadOptions {
  /** Names the per-user cache, see `cacheRoot`; the sets lie in its folder `data`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Give up on an address at its first failure, because something else can take the place of the set. */
  readonly impatient: boolean;
}

/** The folder of downloaded sets. */
export async function cacheData(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  // Reading local files should not load TensorFlow, so the runtime's download client is imported where it is needed.
  const { cacheRoot } = await import('@cuda-activations/runtime');
  return path.join(cacheRoot(environment), 'data');
}

/**
 * Downloads an official set, unless it is there already: checksummed, resumed where it was interrupted, with progress.
 *
 * @returns the folder of the set
 * @throws Error where no address answers or what came is not the official file
 */
export async function downloadOfficial(set: OfficialDataset, { environment, impatient }: DownloadOptions): Promise<string> {
  const { downloadFile } = await import('@cuda-activations/runtime');
  const root = await cacheData(environment);
  const folder = path.join(root, set.folder);
  const names = [...set.train, ...set.test].map(({ name }) => name);
  if (findFolder(set, folder) !== undefined && names.every((name) => [name, `${name}.gz`].some((file) => fs.existsSync(path.join(folder, file))))) return folder;
  fs.mkdirSync(folder, { recursive: true });
  for (const pinned of set.downloads) {
    const archive = ['.tar.gz', '.zip'].find((ending) => pinned.file.endsWith(ending));
    const target = path.join(archive ? root : folder, pinned.file);
    await downloadFile(pinned, target, { label: pinned.file, environment, ...(impatient ? { attempts: 1, stallTimeout: 10_000 } : {}) });
    if (archive === undefined) continue;
    if (archive === '.zip') await unpackZip(target, folder, names, set.folder);
    else unpackTarGz(target, folder, names);
    fs.rmSync(target);
  }
  return folder;
}
