// Adds to package-lock.json the optional packages of other platforms that npm left out.
//
// npm writes an optional dependency into the lock file only if the registry in use serves it, and a mirror may serve one platform alone. `npm ci` then
// refuses the lock file, on every platform. The entries added here carry version, os, cpu and libc, which is all that npm needs to skip (or, on that
// platform, to install) them. Run after every change of dependencies: `npm run lock`.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32'];
const processors = { arm: 'arm', armv7: 'arm', arm64: 'arm64', x64: 'x64', ia32: 'ia32', ppc64: 'ppc64', riscv64: 'riscv64', s390x: 's390x', loong64: 'loong64', wasm32: 'wasm32' };

/** The platform that a package name such as `@nx/nx-linux-arm64-gnu` ends in. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.flatMap((word) => processors[word] ?? []);
  const libc = words.flatMap((word) => (os[0] !== 'linux' ? [] : /^musl/.test(word) ? ['musl'] : /^gnu/.test(word) ? ['glibc'] : []));
  return { ...(cpu.length > 0 && { cpu }), ...(os.length > 0 && { os }), ...(libc.length > 0 && { libc }) };
}

/** Whether node would find `name` from the package at `location`. */
function found(location, name) {
  const parts = location.split('/node_modules/');
  const folders = parts.map((_, i) => parts.slice(0, parts.length - i).join('/node_modules/'));
  return [...folders, ''].some((folder) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}` in lock.packages);
}

let added = 0;
for (const [location, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (found(location, name)) continue;
    const platform = platformOf(name);
    if (!/^\d/.test(version) || platform.cpu === undefined) {
      throw new Error(`package-lock.json: "${name}@${version}", optional for "${location}", is missing and names no platform: run npm install where it can be fetched`);
    }
    lock.packages[`node_modules/${name}`] = { version, ...platform, optional: true, ...(entry.dev && { dev: true }) };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added} optional packages of other platforms added`);
