#!/usr/bin/env node
// `nx run experiments:test-python`: the wheel, steps and SavedModels that compile() exported, and models that go to Keras and come back, in TensorFlow for Python, in the
// environment of `--peers`, which is made if it is missing.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { pythonEnvironment, TENSORFLOW_PEER } = require('../dist/src/bench/python_environment.js');

const here = path.dirname(fileURLToPath(import.meta.url));
const wheels = path.join(here, '../../../dist/python');
const python = await pythonEnvironment(TENSORFLOW_PEER, console.log);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'test-python-'));
const [installed, steps, models, saved] = ['installed', 'steps', 'models', 'saved'].map((name) => path.join(folder, name));
for (const each of [steps, saved, path.join(models, 'from-tfjs'), path.join(models, 'from-keras')]) fs.mkdirSync(each, { recursive: true });
const environment = { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: installed, EXPORTED_STEPS: steps, EXCHANGED_MODELS: models, EXPORTED_MODELS: saved };
// The library in the wheel, not one of the checkout.
delete environment.CUDA_ACTIVATIONS_OP_LIBRARY;

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env: environment });
  if (error) console.error(error.message);
  return status ?? 1;
}

const node = (script, ...args) => run(process.execPath, path.join(here, script), ...args);
/** Each file in a process of its own: the steps name the library of the checkout, and TensorFlow takes the ops from one library alone. */
const unittest = (tests) => {
  const folder = path.join(here, tests);
  const files = fs.readdirSync(folder).filter((file) => /^test_.*\.py$/.test(file));
  return files.reduce((failed, file) => run(python, '-m', 'unittest', 'discover', '--start-directory', folder, '--pattern', file) || failed, 0);
};

try {
  const wheel = fs.readdirSync(wheels).find((file) => file.endsWith('.whl'));
  if (!wheel) throw new Error(`${wheels} holds no wheel: run "npx nx run cuda-activations:wheel"`);
  const prepared =
    run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-index', '--no-deps', '--target', installed, path.join(wheels, wheel)) ||
    node('export-steps.mjs', steps) ||
    node('export-saved-models.mjs', saved) ||
    node('exchange-models.mjs', 'export', path.join(models, 'from-tfjs'));
  process.exitCode = prepared || (unittest('../../cuda-activations/python/tests') | unittest('../python')) || node('exchange-models.mjs', 'check', path.join(models, 'from-keras'));
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
