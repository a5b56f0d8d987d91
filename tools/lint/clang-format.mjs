#!/usr/bin/env node
// Checks the C++ and CUDA sources of a folder against .clang-format, with the clang-format that npm pins.
// usage: node tools/lint/clang-format.mjs FOLDER... [--fix]
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const extensions = new Set(['.cc', '.cpp', '.cu', '.cuh', '.h', '.inc']);
const skipped = new Set(['generated', 'build', 'node_modules']);

const fix = process.argv.includes('--fix');
const folders = process.argv.slice(2).filter((argument) => argument !== '--fix');
if (folders.length === 0) {
  console.error('usage: node tools/lint/clang-format.mjs FOLDER... [--fix]');
  process.exit(2);
}
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.has(path.extname(entry.name)))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !path.relative(folder, file).split(path.sep).some((part) => skipped.has(part))),
);
if (files.length === 0) {
  console.log(`no C++ files in ${folders.join(', ')}`);
  process.exit(0);
}
const program = createRequire(import.meta.url).resolve('clang-format/index.js');
const run = spawnSync(process.execPath, [program, ...(fix ? ['-i'] : ['--dry-run', '-Werror']), '--style=file', ...files], { stdio: 'inherit' });
if (run.error) throw run.error;
console.log(run.status === 0 ? `${files.length} C++ files are formatted` : 'run node tools/lint/clang-format.mjs FOLDER --fix');
process.exit(run.status ?? 1);
