import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as yauzl from 'yauzl';

/**
 * Unpacks files of a `.zip` into one folder, without their paths; each is moved into place when it is whole.
 *
 * @param archive checked against its hash by the caller
 * @param wanted names to unpack
 * @param inside the folder of the archive that holds them
 * @throws Error where one of them is not in the archive
 */
export async function unpackZip(archive: string, folder: string, wanted: readonly string[], inside: string): Promise<void> {
  const zip = await yauzl.openPromise(archive, { lazyEntries: true, autoClose: false, strictFileNames: true });
  const missing = new Set(wanted.map((name) => `${inside}/${name}`));
  try {
    for await (const entry of zip.eachEntry()) {
      if (!missing.delete(entry.fileName)) continue;
      const target = path.join(folder, path.posix.basename(entry.fileName));
      await pipeline(await zip.openReadStreamPromise(entry), fs.createWriteStream(`${target}.partial`));
      fs.renameSync(`${target}.partial`, target);
    }
  } finally {
    zip.close();
  }
  if (missing.size > 0) throw new Error(`${archive}: expected ${[...missing].join(', ')} in the archive, found none of that name`);
}
