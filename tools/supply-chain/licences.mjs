// Licences of the npm packages, read from the lock file: no network, and the packages of every platform at once.

/** Licences (SPDX) that what we publish, or need to build and test, may be under: permissive ones, and weak copyleft that stays within its own files. */
const accepted = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MPL-2.0', 'Unlicense']);

/** Only for packages that are not installed with ours. */
const acceptedForDevelopment = new Set(['CC-BY-4.0', 'Python-2.0']);

/** Packages whose package.json names no licence in the present form, with what their LICENSE file says. */
const read = { jstat: 'MIT' };

/** Whether an SPDX expression is satisfied: all sides of AND, one side of OR. */
export function isAccepted(expression, licences) {
  const text = expression.trim();
  const inner = /^\(([^()]*)\)$/.exec(text)?.[1] ?? text;
  if (inner.includes('(')) return false;
  return inner.split(/ OR /).some((side) => side.split(/ AND /).every((licence) => licences.has(licence.trim())));
}

const nameOf = (location) => location.split('node_modules/').at(-1);

/**
 * What is wrong with the licences and the origins of a lock file's packages.
 * @param {{packages: Record<string, {version?: string, license?: string, dev?: boolean, optional?: boolean, link?: boolean, resolved?: string, integrity?: string}>}} lock
 * @returns {string[]} one line a fault
 */
export function faults(lock) {
  const others = Object.entries(lock.packages).filter(([location, entry]) => location.includes('node_modules/') && !entry.link);
  return others.flatMap(([location, entry]) => {
    const found = [];
    const named = `${location}@${entry.version}`;
    const licence = entry.license ?? read[nameOf(location)];
    const licences = entry.dev ? new Set([...accepted, ...acceptedForDevelopment]) : accepted;
    // The entries of other platforms that tools/lockfile/complete.mjs adds carry no more than their version: the package that names them is checked.
    const platformOnly = entry.optional && entry.resolved === undefined;
    if (licence === undefined && !platformOnly) found.push(`${named} names no licence`);
    if (licence !== undefined && !isAccepted(licence, licences)) found.push(`${named} is under ${licence}; accepted${entry.dev ? '' : ' outside development'}: ${[...licences].join(', ')}`);
    if (entry.resolved !== undefined && !entry.resolved.startsWith('https://registry.npmjs.org/')) found.push(`${named} comes from ${entry.resolved}, not from the npm registry by https`);
    if (entry.resolved !== undefined && entry.integrity === undefined) found.push(`${named} has no integrity hash`);
    return found;
  });
}
