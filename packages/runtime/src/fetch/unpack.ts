import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as yauzl from 'yauzl';
import type { Wheel } from './artefacts';
import type { ManifestEntry } from './cache';
import type { Progress } from './progress';

/**
 * Unpacks the members that the wheel's row keeps, and hashes them on the way.
 * @throws an Error when a member would land outside `folder`, is a link, or does not unpack to its stated size.
 */
export async function unpack(wheel: Wheel, archive: string, folder: string, progress: Progress): Promise<ManifestEntry[]> {
  const zip = await yauzl.openPromise(archive, { lazyEntries: true, autoClose: false, strictFileNames: true });
  const manifest: ManifestEntry[] = [];
  const root = path.resolve(folder);
  let bytes = 0;
  try {
    const entries: yauzl.Entry[] = [];
    for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/') && isKept(wheel, entry.fileName)) entries.push(entry);
    const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    progress.begin(total, 0);
    for (const entry of entries) {
      const name = entry.fileName;
      const target = path.resolve(root, name);
      // yauzl refuses `..`, absolute names and backslashes; this holds even if it should not.
      if (!target.startsWith(root + path.sep)) throw new Error(`${wheel.file}: member ${name} would be unpacked outside ${root}`);
      if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) throw new Error(`${wheel.file}: member ${name} is a symbolic link`);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      const hash = createHash('sha256');
      const tap = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
      // Of the mode only whether it is a program: XLA starts ptxas.
      const mode = (entry.externalFileAttributes >>> 16) & 0o100 ? 0o777 : 0o666;
      await pipeline(await zip.openReadStreamPromise(entry), tap, fs.createWriteStream(target, { flags: 'wx', mode, highWaterMark: 1 << 20 }));
      manifest.push({ path: name, size: entry.uncompressedSize, sha256: hash.digest('hex') });
      progress.update((bytes += entry.uncompressedSize));
    }
  } finally {
    progress.end();
    zip.close();
  }
  return manifest;
}

function isKept(wheel: Wheel, name: string): boolean {
  const under = (entry: string): boolean => (entry.endsWith('/') ? name.startsWith(entry) : name === entry);
  return wheel.keep.some(under) && !wheel.drop.some(under);
}
