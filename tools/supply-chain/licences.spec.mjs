import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { faults, isAccepted } from './licences.mjs';

const registry = 'https://registry.npmjs.org/a/-/a-1.0.0.tgz';
const lockOf = (entry) => ({ packages: { '': {}, 'node_modules/a': { version: '1.0.0', license: 'MIT', resolved: registry, integrity: 'sha512-x', ...entry } } });

test('every package of the lock file is under an accepted licence, from the registry by https, with a hash', () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  assert.deepEqual(faults(lock), []);
  assert.ok(Object.keys(lock.packages).length > 100);
});

test('expressions', () => {
  const licences = new Set(['MIT', 'ISC']);
  for (const text of ['MIT', 'MIT AND ISC', 'MIT OR GPL-3.0', '(GPL-3.0 OR MIT AND ISC)']) assert.ok(isAccepted(text, licences), text);
  for (const text of ['GPL-3.0', 'MIT AND GPL-3.0', '', 'SEE LICENSE IN x', '(MIT OR (ISC))']) assert.ok(!isAccepted(text, licences), text);
});

for (const [what, entry, expected] of [
  ['copyleft', { license: 'AGPL-3.0' }, /is under AGPL-3\.0/],
  ['no licence', { license: undefined }, /names no licence/],
  ['a licence for development alone', { license: 'CC-BY-4.0' }, /outside development/],
  ['a package from elsewhere', { resolved: 'git+ssh://example.org/a.git' }, /not from the npm registry/],
  ['plain http', { resolved: registry.replace('https', 'http') }, /not from the npm registry by https/],
  ['no hash', { integrity: undefined }, /no integrity hash/],
]) {
  test(`${what} is a fault`, () => {
    const found = faults(lockOf(entry));
    assert.equal(found.length, 1);
    assert.match(found[0], expected);
  });
}

test('what is for development alone is accepted there, and other platforms go without hashes', () => {
  assert.deepEqual(faults(lockOf({ license: 'CC-BY-4.0', dev: true })), []);
  assert.deepEqual(faults(lockOf({ license: undefined, resolved: undefined, integrity: undefined, optional: true })), []);
});
