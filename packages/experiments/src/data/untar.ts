import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/**
 * Unpacks the regular files of a `.tar.gz` into one folder, without their paths; each is moved into place when it is whole.
 *
 * @param archive checked against its hash by the caller
 * @param wanted base names to unpack
 * @throws Error where one of them is not in the archive
 */
export function unpackTarGz(archive: string, folder: string, wanted: readonly string[]): void {
  const tar = decompress(archive);
  const missing = new Set(wanted);
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    const name = path.posix.basename(text(header, 0, 100));
    if (name === '') break; // the two empty blocks of the end
    const size = parseInt(text(header, 124, 12).trim(), 8);
    if (!Number.isInteger(size) || at + BLOCK + size > tar.length) throw new Error(`${archive}: broken tar header at byte ${at}`);
    const type = text(header, 156, 1);
    if ((type === '0' || type === '') && missing.delete(name)) {
      const target = path.join(folder, name);
      fs.writeFileSync(`${target}.partial`, tar.subarray(at + BLOCK, at + BLOCK + size));
      fs.renameSync(`${target}.partial`, target);
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (missing.size > 0) throw new Error(`${archive}: expected ${[...missing].join(', ')} in the archive, found none of that name`);
}

function decompress(archive: string): Buffer {
  try {
    return gunzipSync(fs.readFileSync(archive));
  } catch (error) {
    throw new Error(`${archive}: no archive that can be unpacked: ${(error as Error).message}`, { cause: error });
  }
}

/** A field of the header: up to the first zero byte. */
function text(header: Buffer, start: number, length: number): string {
  const field = header.toString('latin1', start, start + length);
  const end = field.indexOf('\0');
  return end < 0 ? field : field.slice(0, end);
}
