#!/usr/bin/env node
// `nx run experiments:test-python`: the op library in TensorFlow for Python, in the environment of `--peers`, which is made if it is missing.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { pythonEnvironment, TENSORFLOW_PEER } = require('../dist/src/bench/python_environment.js');

const tests = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../cuda-activations/python');
const python = await pythonEnvironment(TENSORFLOW_PEER, console.log);
const environment = { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
const { status, error } = spawnSync(python, ['-m', 'unittest', 'discover', '--start-directory', tests], { stdio: 'inherit', env: environment });
if (error) console.error(error.message);
process.exit(status ?? 1);
