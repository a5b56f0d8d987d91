import * as fs from 'node:fs';
import * as path from 'node:path';
import * as lockfile from 'proper-lockfile';
import type { Artefact, Wheel } from './artefacts';
import { COMPLETE, downloadFolder, type Environment, findDamage, type Manifest, type ManifestEntry, readManifest } from './cache';
import { download, type RetryOptions } from './download';
import { hashFile } from './hash';
import { type ClientOptions, redact } from './http';
import { findWheel } from './package-index';
import { pipDownload } from './pip-download';
import { readPipConfiguration } from './pip-configuration';
import { createProgress, type Progress } from './progress';
import { unpack } from './unpack';

/** How wheels are fetched; the defaults are for use, the rest for tests. */
export interface FetchArtefactOptions {
  readonly environment?: Environment;
  /** Hash every unpacked file, and fetch again when one differs. */
  readonly verify?: boolean;
  readonly progress?: (label: string) => Progress;
  readonly stallTimeout?: number;
  readonly retry?: RetryOptions;
  /** Whether the machine's pip may be asked when our own download fails. */
  readonly pipFallback?: boolean;
}

/** What messages call the artefact, and what they advise. */
export interface Purpose {
  readonly title: string;
  /** Environment variable that may name the wheel as a file, where the artefact is one wheel. */
  readonly wheelVariable: string;
  /** Other ways to get it, one a line. */
  readonly waysOut: readonly string[];
}

type Settings = Required<FetchArtefactOptions> & { readonly artefact: Artefact; readonly purpose: Purpose };

/**
 * Makes sure that an artefact lies whole in `folder`: does nothing when it does; otherwise finds its pinned wheels (in the file that
 * `purpose.wheelVariable` names, or where pip is configured to look), downloads, checks, unpacks beside the final place and moves it
 * there in one step. Safe for several processes at once, and to interrupt at any moment.
 * @throws an Error that lists what was tried and the ways out.
 */
export async function fetchArtefact(artefact: Artefact, folder: string, purpose: Purpose, options: FetchArtefactOptions = {}): Promise<void> {
  const settings: Settings = {
    artefact,
    purpose,
    environment: options.environment ?? process.env,
    verify: options.verify ?? false,
    progress: options.progress ?? createProgress,
    stallTimeout: options.stallTimeout ?? 30_000,
    retry: options.retry ?? { attempts: 6, pause: 1000 },
    pipFallback: options.pipFallback ?? true,
  };
  if ((await damage(folder, settings)) === undefined) return;
  await withLock(folder, settings, async () => {
    // Another process may have done the work while this one waited.
    const reason = await damage(folder, settings);
    if (reason === undefined) return;
    if (fs.existsSync(folder)) settings.progress('').note(`the cached ${purpose.title} in ${folder} is fetched again: ${reason}`);
    await build(folder, settings);
  });
}

async function damage(folder: string, settings: Settings): Promise<string | undefined> {
  const found = findDamage(folder, settings.artefact);
  if (found !== undefined || !settings.verify) return found;
  for (const file of readManifest(folder)?.files ?? []) {
    if ((await hashFile(path.join(folder, file.path))) !== file.sha256) return `${file.path} has changed`;
  }
  return undefined;
}

async function withLock(folder: string, settings: Settings, work: () => Promise<void>): Promise<void> {
  const parent = path.dirname(folder);
  makeFolder(parent);
  let compromised: Error | undefined;
  const lock = { realpath: false, lockfilePath: `${folder}.lock`, stale: 20_000, update: 2_000, onCompromised: (error: Error) => (compromised = error) };
  let release: (() => Promise<void>) | undefined;
  try {
    release = await lockfile.lock(folder, lock);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ELOCKED') throw error;
    settings.progress('').note(`another process is fetching ${settings.purpose.title}; waiting for it`);
    release = await lockfile.lock(folder, { ...lock, retries: { forever: true, minTimeout: 200, maxTimeout: 1000 } });
  }
  try {
    await work();
    if (compromised) throw new Error(`the lock ${folder}.lock was lost: ${compromised.message}`);
  } finally {
    if (!compromised) await release().catch(() => undefined);
  }
}

async function build(folder: string, settings: Settings): Promise<void> {
  const { artefact } = settings;
  const archives: { wheel: Wheel; file: string; downloaded: boolean }[] = [];
  for (const wheel of artefact.wheels) archives.push({ wheel, ...(await obtain(wheel, settings)) });
  // A folder of its own, so that a process that was killed half-way leaves nothing that looks whole.
  const fresh = `${folder}.unpacking`;
  fs.rmSync(fresh, { recursive: true, force: true });
  makeFolder(fresh);
  requireSpace(fresh, artefact.unpackedSize, `unpack ${settings.purpose.title}`);
  const files: ManifestEntry[] = [];
  for (const { wheel, file } of archives) files.push(...(await unpack(wheel, file, fresh, settings.progress(`unpack ${wheel.project}`))));
  const manifest: Manifest = { wheels: artefact.wheels.map(({ file, sha256 }) => ({ file, sha256 })), files };
  fs.writeFileSync(path.join(fresh, COMPLETE), JSON.stringify(manifest));
  const unfit = findDamage(fresh, artefact);
  if (unfit !== undefined) throw new Error(`${artefact.wheels.map((wheel) => wheel.file).join(', ')}: unpacked, but ${unfit}`);
  replace(fresh, folder);
  for (const { file, downloaded } of archives) if (downloaded) fs.rmSync(file, { force: true });
}

/** The wheel as a checked local file. */
async function obtain(wheel: Wheel, settings: Settings): Promise<{ file: string; downloaded: boolean }> {
  const { environment } = settings;
  const { wheelVariable } = settings.purpose;
  const given = environment[wheelVariable];
  if (given && settings.artefact.wheels.length === 1) {
    const sha256 = fs.existsSync(given) ? await hashFile(given) : undefined;
    if (sha256 === wheel.sha256) return { file: given, downloaded: false };
    throw new Error(`${wheelVariable}=${given}: ${sha256 ? `it has sha256 ${sha256}; ${wheel.file} has ${wheel.sha256}` : 'there is no such file'}`);
  }
  const target = path.join(downloadFolder(environment), wheel.file);
  if (fs.existsSync(target) && (await hashFile(target)) === wheel.sha256) return { file: target, downloaded: true };
  const progress = settings.progress(`download ${wheel.project} ${wheel.version}`);
  const pip = readPipConfiguration(environment);
  const tried: string[] = [];
  const client: ClientOptions & { retry: RetryOptions } = { environment, pip, stallTimeout: settings.stallTimeout, retry: settings.retry };
  for (const source of await findWheel(wheel, client, tried)) {
    try {
      if (source.kind === 'file') {
        const sha256 = await hashFile(source.path);
        if (sha256 === wheel.sha256) return { file: source.path, downloaded: false };
        throw new Error(`it has sha256 ${sha256}, expected ${wheel.sha256}`);
      }
      makeFolder(path.dirname(target));
      requireSpace(path.dirname(target), wheel.size + settings.artefact.unpackedSize, `download and unpack ${wheel.file}`);
      await download(wheel, source.url, target, client, progress);
      return { file: target, downloaded: true };
    } catch (error) {
      if (error instanceof SpaceError) throw error;
      tried.push(`${source.kind === 'file' ? source.path : redact(source.url)}: ${(error as Error).message}`);
    }
  }
  if (settings.pipFallback) {
    makeFolder(path.dirname(target));
    const failure = await pipDownload(wheel, target, environment, progress);
    if (failure === undefined) return { file: target, downloaded: true };
    tried.push(`pip: ${failure}`);
  }
  throw new Error(explain(settings, wheel, target, tried, pip.sources));
}

function explain({ purpose, artefact }: Settings, wheel: Wheel, target: string, tried: readonly string[], sources: readonly string[]): string {
  return [
    `${purpose.title} could not be fetched: ${wheel.file} (${(wheel.size / 1e6).toFixed(0)} MB).`,
    `Tried${sources.length > 0 ? `, following ${[...new Set(sources)].join(', ')}` : ''}:`,
    ...tried.map((line) => `  - ${line}`),
    'Ways out:',
    `  - run the command again: what has been downloaded is kept in ${target}.partial`,
    ...(artefact.wheels.length === 1 ? [`  - fetch that file elsewhere (sha256 ${wheel.sha256}) and set ${purpose.wheelVariable}=/path/to/${wheel.file}`] : []),
    ...purpose.waysOut.map((line) => `  - ${line}`),
    '  - set CUDA_ACTIVATIONS_CACHE to a cache that has it already',
    '  - set PIP_INDEX_URL, PIP_FIND_LINKS, PIP_PROXY or PIP_CERT as for pip, if the index is reached another way',
  ].join('\n');
}

class SpaceError extends Error {}

function requireSpace(folder: string, bytes: number, purpose: string): void {
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  if (free < bytes) {
    throw new SpaceError(
      `not enough disk space to ${purpose}: ${folder} has ${(free / 1e6).toFixed(0)} MB free, ${(bytes / 1e6).toFixed(0)} MB are needed. ` +
        'Make room, or set CUDA_ACTIVATIONS_CACHE to a folder on a larger disk.',
    );
  }
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Error(`the cache folder ${folder} cannot be made (${(error as Error).message}); set CUDA_ACTIVATIONS_CACHE to one that can be written`, { cause: error });
  }
}

/** A folder cannot be renamed over one that has content: the old one steps aside first. */
function replace(fresh: string, folder: string): void {
  const old = `${folder}.old`;
  fs.rmSync(old, { recursive: true, force: true });
  if (fs.existsSync(folder)) fs.renameSync(folder, old);
  fs.renameSync(fresh, folder);
  fs.rmSync(old, { recursive: true, force: true });
}
