// Lays out what is published: each package as npm would pack it, without what only a checkout needs, and the native files of this machine.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { here, platformPackage, platforms } from './platforms.mjs';
import { newestSymbol } from './symbols.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const packages = path.join(root, 'packages');
const upstream = '@tensorflow/tfjs-node-gpu';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
/** npm as it is, whatever the configuration of the checkout says of scripts. */
export const npm = (args, options) => execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 2 ** 26, ...options });

/** Stages what `only` names, or everything, into `out`, which is emptied first. @returns the folders, one a package */
export function stage(out, only = []) {
  rmSync(out, { recursive: true, force: true });
  const known = [...readdirSync(packages).filter((name) => existsSync(path.join(packages, name, 'package.json'))), 'native'];
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no package "${unknown}"; there is ${known.join(', ')}`);
  return (only.length > 0 ? only : known).map((name) => (name === 'native' ? stageNative(path.join(out, `native-${here}`)) : stagePackage(name, path.join(out, name))));
}

/** One workspace package. Its files are those that npm would pack. */
function stagePackage(name, to) {
  const from = path.join(packages, name);
  const [{ files }] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { cwd: from }));
  if (!files.some((file) => file.path === 'dist/index.js' || file.path === 'dist/src/index.js')) throw new Error(`${from} is not built: run "npx nx run-many -t build"`);
  // What an earlier build left of sources that are gone must not be published.
  const sourceless = (file) => file.startsWith('dist/') && file.endsWith('.js') && !existsSync(sourceOf(from, file));
  for (const { path: file, mode } of files) {
    if (sourceless(file) || sourceless(file.replace(/\.d\.ts$/, '.js'))) continue;
    cpSync(path.join(from, file), path.join(to, file));
    chmodSync(path.join(to, file), mode);
  }
  const manifest = readJson(path.join(from, 'package.json'));
  for (const peer of Object.keys(manifest.peerDependenciesMeta ?? {})) makeOptional(peer, to, files);
  for (const key of ['devDependencies', 'scripts', 'binary']) delete manifest[key];
  const natives = Object.entries(platforms).filter(([, platform]) => platform.files.some(([owner]) => owner === name));
  if (natives.length > 0) manifest.optionalDependencies = Object.fromEntries(natives.map(([platform]) => [platformPackage(platform), manifest.version]));
  if (manifest.dependencies?.[upstream]) bundleUpstream(from, to, manifest);
  writeJson(path.join(to, 'package.json'), manifest);
  cpSync(path.join(root, 'LICENSE'), path.join(to, 'LICENSE'));
  if (!existsSync(path.join(to, 'README.md'))) cpSync(path.join(root, 'README.md'), path.join(to, 'README.md'));
  return to;
}

/** Declarations that take types from an optional peer: where it is not installed those types are `any`, rather than errors in the user's program. */
function makeOptional(peer, to, files) {
  for (const { path: file } of files) {
    const declaration = path.join(to, file);
    if (!file.endsWith('.d.ts') || !existsSync(declaration)) continue;
    const text = readFileSync(declaration, 'utf8');
    writeFileSync(declaration, text.replaceAll(new RegExp(`^(import|export) [^\\n]* from '${peer}';$`, 'gm'), '// @ts-ignore: optional\n$&'));
  }
}

function sourceOf(from, file) {
  const source = file.replace(/\.js$/, '.ts');
  // The experiments' output keeps the folders below the package's root, the others' those below src.
  return [path.join(from, source.replace('dist/', 'src/')), path.join(from, source.replace('dist/', ''))].find(existsSync) ?? '';
}

/**
 * The JavaScript of tfjs-node without its install script, which would download another TensorFlow or call a compiler. Of its dependencies, those that
 * this JavaScript loads become the runtime's.
 */
function bundleUpstream(from, to, manifest) {
  const require = createRequire(path.join(from, 'package.json'));
  const installed = path.dirname(require.resolve(`${upstream}/package.json`));
  const target = path.join(to, 'node_modules', upstream);
  cpSync(path.join(installed, 'dist'), path.join(target, 'dist'), { recursive: true, filter: (file) => !/(_test|run_tests)\.(js|d\.ts)$/.test(file) });
  cpSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
  const { name, version, main, types, repository, license } = readJson(path.join(installed, 'package.json'));
  writeJson(path.join(target, 'package.json'), { name, version, main, types, repository, license });
  const loads = createRequire(path.join(installed, 'package.json'));
  for (const needed of ['google-protobuf', 'progress']) manifest.dependencies[needed] = readJson(loads.resolve(`${needed}/package.json`)).version;
  manifest.bundleDependencies = [upstream];
}

/** The native files that were built on this machine, stripped, as the package of its platform. */
function stageNative(to) {
  const platform = platforms[here];
  if (!platform) throw new Error(`nothing is published for ${here}; there is ${Object.keys(platforms).join(', ')}`);
  mkdirSync(to, { recursive: true });
  for (const [owner, file] of platform.files) {
    const built = path.join(packages, owner, 'build', 'Release', file);
    if (!existsSync(built)) throw new Error(`${built} is missing: run "npx nx run-many -t build-native"`);
    cpSync(built, path.join(to, file));
    const { status, error } = spawnSync('strip', [...(process.platform === 'darwin' ? ['-x'] : ['--strip-unneeded']), path.join(to, file)], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`strip ${file}: ${error?.message ?? `exit code ${status}`}`);
  }
  const { version, license, engines } = readJson(path.join(packages, 'cuda-activations', 'package.json'));
  const { files, ...fits } = platform;
  const built = files.map(([, file]) => path.join(to, file));
  const libraries = process.platform === 'linux' ? { glibc: `>=${newestSymbol(built, 'GLIBC')}`, libstdcxx: `>=${newestSymbol(built, 'GLIBCXX')}` } : {};
  writeJson(path.join(to, 'package.json'), {
    name: platformPackage(here), version, license, description: `Prebuilt native files of cuda-activations for ${here}`, engines: { ...engines, ...libraries }, ...fits, files: files.map(([, file]) => file),
  });
  cpSync(path.join(root, 'LICENSE'), path.join(to, 'LICENSE'));
  return to;
}
