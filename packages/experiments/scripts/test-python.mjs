#!/usr/bin/env node
// `nx run experiments:test-python`: the op library, and steps that compile() exported, in TensorFlow for Python, in the environment of `--peers`, which is made if
// it is missing.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { pythonEnvironment, TENSORFLOW_PEER } = require('../dist/src/bench/python_environment.js');

const here = path.dirname(fileURLToPath(import.meta.url));
const python = await pythonEnvironment(TENSORFLOW_PEER, console.log);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'exported-steps-'));
const environment = { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env, PYTHONDONTWRITEBYTECODE: '1', EXPORTED_STEPS: folder };

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env: environment });
  if (error) console.error(error.message);
  return status ?? 1;
}

try {
  process.exitCode =
    run(process.execPath, path.join(here, 'export-steps.mjs'), folder) ||
    [path.join(here, '../../cuda-activations/python'), path.join(here, '../python')].reduce((failed, tests) => run(python, '-m', 'unittest', 'discover', '--start-directory', tests) || failed, 0);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
