// A copy of the sources to change or to build otherwise, beside those that are worked on.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const generated = ['packages/cuda-activations/src/generated', 'packages/cuda-activations/native/generated'];

/**
 * The sources as git knows them, committed or not, and what is generated from them, in a new folder whose name starts with `prefix`.
 * @param {string[]} links folders from the root (what is installed or built) that the copy has as links, where they exist
 */
export function copySources(prefix, links) {
  const copy = mkdtempSync(path.join(tmpdir(), prefix));
  const { stdout, status, stderr } = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  for (const file of stdout.split('\0').filter((name) => name && existsSync(path.join(root, name)))) {
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(copy, file));
  }
  for (const link of links) if (existsSync(path.join(root, link))) symlinkSync(path.join(root, link), path.join(copy, link));
  for (const folder of generated) cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true });
  return copy;
}
