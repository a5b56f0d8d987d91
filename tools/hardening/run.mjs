#!/usr/bin/env node
// Runs a package's property tests with many cases and its tests that are too long for `npm test`, and says how much was tried.
// usage: node tools/hardening/run.mjs PACKAGE [--cases=N] [--seed=N] [--only=PATTERN]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string' }, only: { type: 'string', default: '' } },
});
const [name] = positionals;
if (name === undefined || !existsSync(path.join(root, 'packages', name, 'jest.config.cjs'))) throw new Error('usage: node tools/hardening/run.mjs PACKAGE [--cases=N] [--seed=N] [--only=PATTERN]');
if (!/^[1-9]\d*$/.test(values.cases)) throw new Error(`--cases: expected a whole number of at least 1, got "${values.cases}"`);

const folder = path.join(root, 'packages', name);
const results = path.join(folder, 'build', 'hardening');
mkdirSync(results, { recursive: true });
const counts = path.join(results, 'cases.jsonl');
rmSync(counts, { force: true });
const report = path.join(results, 'jest.json');
rmSync(report, { force: true });

const { status, error } = spawnSync(
  process.execPath,
  [path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '-c', 'jest.config.cjs', '--runInBand', '--verbose', '--testTimeout=7200000', '--json', `--outputFile=${report}`, `${values.only}.*\\.(properties|hardening)\\.spec`],
  { cwd: folder, stdio: 'inherit', env: { ...process.env, HARDENING: '1', PROPERTY_CASES: values.cases, PROPERTY_REPORT: counts, ...(values.seed ? { PROPERTY_SEED: values.seed } : {}) } },
);
if (error) throw error;

const tried = existsSync(counts) ? readFileSync(counts, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
for (const { name: what, cases } of tried) console.log(`${String(cases).padStart(9)}  ${what}`);
const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
const cases = tried.reduce((sum, entry) => sum + entry.cases, 0);
writeFileSync(path.join(results, 'summary.json'), `${JSON.stringify({ package: name, date: new Date().toISOString(), passed, failed, cases, tried }, null, 1)}\n`);
console.log(`${name}: ${passed} passed, ${failed} failed, ${cases} cases`);
process.exit(status ?? 1);
