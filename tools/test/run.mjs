#!/usr/bin/env node
// `npm test`: lint, type check, build and test everything, then say how many tests passed and failed in one line.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportsOf, summarise } from './summary.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Targets in order. Those of one line run together, ordered by their dependencies; a failing one does not hide the others. */
const stages = [['generate', 'lint', 'lint-native', 'build', 'typecheck', 'build-native'], ['test', 'test-native', 'test-cuda', 'conformance', 'node-versions', 'test-packages', 'test-browser']];

const projects = ['tools', ...readdirSync(path.join(root, 'packages')).map((name) => path.join('packages', name))]
  .map((folder) => path.join(root, folder))
  .filter((folder) => existsSync(path.join(folder, 'project.json')));

// A report of an earlier run must not be counted: whatever is there after the run was written, or restored by nx, in this run.
for (const project of projects) rmSync(path.join(project, 'test-results'), { recursive: true, force: true });

const failedStages = [];
for (const targets of stages) {
  const run = spawnSync(process.execPath, [path.join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), 'run-many', `--targets=${targets.join(',')}`, '--nxBail=false'], {
    cwd: root,
    stdio: 'inherit',
    env: process.env,
  });
  if (run.error) console.error(run.error.message);
  if (run.status !== 0) failedStages.push(targets.join(', '));
}

const summary = summarise(projects.flatMap((project) => reportsOf(project, (file) => readFileSync(file, 'utf8'))), projects.map(expectationOf), failedStages);
for (const line of summary.lines) console.log(line);
console.log(`${summary.passed} passed, ${summary.failed} failed`);
process.exit(summary.failed > 0 ? 1 : 0);

/** The reports that a project with these test targets has to leave behind. */
function expectationOf(project) {
  const targets = Object.keys(JSON.parse(readFileSync(path.join(project, 'project.json'), 'utf8')).targets ?? {});
  return { project: path.basename(project), suites: targets.filter((target) => stages[1].includes(target)) };
}
