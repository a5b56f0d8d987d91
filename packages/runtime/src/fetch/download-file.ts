import type { Environment } from './cache';
import { download, type PinnedFile } from './download';
import { HttpError } from './http';
import { readPipConfiguration } from './pip-configuration';
import { createProgress } from './progress';

/** A file that is known to its last bit, and where it can be had. */
export interface DownloadableFile extends PinnedFile {
  /** Tried in order; all must serve identical bytes. */
  readonly urls: readonly string[];
}

/** How a file is downloaded. */
export interface DownloadFileOptions {
  /** Names the transfer in its progress. */
  readonly label: string;
  /** Attempts in a row that bring no new byte, for each address. Default 3. */
  readonly attempts?: number;
  /** Milliseconds of silence after which a connection counts as dead. Default 30,000. */
  readonly stallTimeout?: number;
  /** Where proxies and certificates are read from. Default `process.env`. */
  readonly environment?: Environment;
}

/**
 * Downloads any pinned file to `target` by the client that fetches TensorFlow: resume, progress, proxies, certificates, hash.
 * @throws Error where no address gives the file; the message holds the reason of each.
 */
export async function downloadFile(file: DownloadableFile, target: string, options: DownloadFileOptions): Promise<void> {
  const { label, attempts = 3, stallTimeout = 30_000, environment = process.env } = options;
  const client = { environment, pip: readPipConfiguration(environment), stallTimeout, retry: { attempts, pause: 1000 } };
  const reasons: string[] = [];
  for (const url of file.urls) {
    try {
      await download(file, new URL(url), target, client, createProgress(label));
      return;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new Error(reasons.join('; '));
}
