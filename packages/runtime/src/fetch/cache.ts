import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Artefact } from './artefacts';

/** Environment as a parameter, so that tests need not change the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Written last into an unpacked folder: its presence says that everything else was written before it. */
export const COMPLETE = 'COMPLETE';

/** One unpacked file: path relative to the folder (with `/`), bytes, and hash. */
export interface ManifestEntry {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** The content of COMPLETE. */
export interface Manifest {
  readonly wheels: readonly { readonly file: string; readonly sha256: string }[];
  readonly files: readonly ManifestEntry[];
}

/** The per-user cache, shared by clones: `$CUDA_ACTIVATIONS_CACHE`, else `$XDG_CACHE_HOME/cuda-activations`, else `~/.cache/cuda-activations`. */
export function cacheRoot(environment: Environment = process.env): string {
  const own = environment['CUDA_ACTIVATIONS_CACHE'];
  if (own) return path.resolve(own);
  const xdg = environment['XDG_CACHE_HOME'];
  return path.join(xdg ? path.resolve(xdg) : path.join(os.homedir(), '.cache'), 'cuda-activations');
}

/** Where an artefact lies once unpacked. */
export function artefactFolder(artefact: Artefact, environment: Environment = process.env): string {
  return path.join(cacheRoot(environment), 'tensorflow', artefact.folder);
}

/** Where partial wheels are kept until they are whole. */
export function downloadFolder(environment: Environment = process.env): string {
  return path.join(cacheRoot(environment), 'downloads');
}

/** The manifest of an unpacked folder, or undefined where there is none that is whole. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, COMPLETE), 'utf8')) as Partial<Manifest> | null;
    return manifest && Array.isArray(manifest.wheels) && Array.isArray(manifest.files) ? (manifest as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Why an unpacked folder is no good, or undefined where it is: wheels, names and sizes here; contents in `verifyContents`. */
export function findDamage(folder: string, artefact: Artefact): string | undefined {
  if (!fs.existsSync(folder)) return 'it is not there';
  const manifest = readManifest(folder);
  if (manifest === undefined) return `its ${COMPLETE} file is missing or unreadable`;
  for (const wheel of artefact.wheels) {
    if (!manifest.wheels.some((have) => have.sha256 === wheel.sha256)) return `it was not unpacked from ${wheel.file}`;
  }
  for (const library of artefact.libraries) {
    if (!manifest.files.some((file) => file.path === library)) return `its manifest lacks ${library}`;
  }
  for (const file of manifest.files) {
    const size = fs.statSync(path.join(folder, file.path), { throwIfNoEntry: false })?.size;
    if (size !== file.size) return `${file.path} has ${size ?? 'no'} bytes instead of ${file.size}`;
  }
  return undefined;
}
