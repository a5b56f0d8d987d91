import type { DatasetSource } from './dataset';
import { downloadOfficial, type DownloadOptions } from './download';
import { findFolder, requireFolder } from './files';
import type { OfficialDataset } from './official';

/** Where to look for the files of a release. */
export interface FindOptions {
  /** Holds the folder of the set, or is it. Default: `$CUDA_ACTIVATIONS_DATA`, then the per-user cache, into which it is downloaded. */
  readonly dataDir?: string;
  /** For tests. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** For tests. */
  readonly download?: (set: OfficialDataset, options: DownloadOptions) => Promise<string>;
}

/**
 * The folder of an official release: in a directory that was named, else in the standing one, else downloaded.
 *
 * @param required whether nothing else can take its place
 * @param what it holds, for messages
 * @returns `missing`, why it is not at hand, where it is not required
 * @throws DatasetNotFoundError where a named directory does not hold it; Error where it is required and not at hand
 */
export async function findRelease(
  set: OfficialDataset,
  required: boolean,
  what: string,
  { dataDir, environment = process.env, download = downloadOfficial }: FindOptions,
): Promise<{ readonly folder: string; readonly source: DatasetSource } | { readonly missing: string }> {
  // A directory that the user has named must hold the set: going elsewhere in silence would hide a typing error.
  if (dataDir !== undefined) return { folder: requireFolder(set, dataDir), source: 'directory' };
  const standing = environment['CUDA_ACTIVATIONS_DATA'];
  const folder = standing ? findFolder(set, standing) : undefined;
  if (folder !== undefined) return { folder, source: 'directory' };
  try {
    return { folder: await download(set, { environment, impatient: !required }), source: 'download' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = 'unpack the official files and pass --dataDir, or set CUDA_ACTIVATIONS_DATA';
    if (required) throw new Error(`${set.title} is not at hand and could not be downloaded (${reason}); ${advice}`, { cause: error });
    return { missing: `${set.title} is not at hand and could not be downloaded (${reason}): using the embedded procedural set instead. For the real ${what}, ${advice}.` };
  }
}
