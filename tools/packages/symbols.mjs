import { execFileSync } from 'node:child_process';

/** The newest version of a library's symbols that the files ask for: `2.34` of GLIBC_2.34. */
export function newestSymbol(files, library) {
  const symbols = files.map((file) => execFileSync('objdump', ['-T', file], { encoding: 'utf8', maxBuffer: 2 ** 26 })).join();
  const versions = [...symbols.matchAll(new RegExp(`\\b${library}_([\\d.]+)`, 'g'))].map(([, version]) => version);
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}
