#!/usr/bin/env node
// `nx run experiments:test-transformers [--dataDir=DIR]`: models go from transformers to us and back with the same logits; with the folder of the data
// sets (CoLA, SST-2 and bert-base-uncased/vocab.txt in it) every sentence of them becomes the same tokens. Not part of `npm test`: it installs PyTorch.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { pythonEnvironment, TORCH_PEER } = require('../dist/src/bench/python_environment.js');
const tf = require('@cuda-activations/runtime');
const { loadBert, loadBertTokenizer, saveBert } = require('@cuda-activations/models');

const TOLERANCE = 1e-4;
const REQUIREMENT = 'transformers==5.24.0';
const peer = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../models/python/transformers_peer.py');
const dataDir = process.argv.find((argument) => argument.startsWith('--dataDir='))?.slice('--dataDir='.length);

const python = await pythonEnvironment(TORCH_PEER, console.log);
// Beside PyTorch's environment, which bench-kernels shares.
const library = path.join(path.dirname(path.dirname(path.dirname(python))), `${REQUIREMENT.replace('==', '-')}-for-${path.basename(path.dirname(path.dirname(python)))}`);
if (!fs.existsSync(path.join(library, 'COMPLETE'))) {
  console.log(`installing ${REQUIREMENT} for Python into the cache`);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', '--target', library, REQUIREMENT]);
  fs.writeFileSync(path.join(library, 'COMPLETE'), '');
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bert-'));
try {
  const [theirs, ours] = ['theirs', 'ours'].map((name) => path.join(folder, name));
  fs.mkdirSync(theirs);
  ask(['write', theirs]);
  const expected = {};
  for (const name of fs.readdirSync(theirs)) {
    expected[name] = JSON.parse(fs.readFileSync(path.join(theirs, name, 'expected.json'), 'utf8'));
    const { model, config } = loadBert(path.join(theirs, name));
    const inputs = ['ids', 'mask'].map((key) => tf.tensor2d(expected[name][key], undefined, 'int32'));
    compare(`${name}: transformers to ours`, model.apply(inputs).arraySync(), expected[name].logits);
    saveBert(model, config, path.join(ours, name));
  }
  const back = JSON.parse(ask(['check', ours]));
  for (const [name, logits] of Object.entries(back)) compare(`${name}: ours to transformers`, logits, expected[name].logits);
  if (dataDir !== undefined) compareTokens(dataDir);
} finally {
  fs.rmSync(folder, { recursive: true });
}

function compare(what, logits, expected) {
  const difference = Math.max(...logits.flat().map((value, i) => Math.abs(value - expected.flat()[i])));
  console.log(`${what}: largest difference of logits ${difference.toExponential(1)}`);
  if (!(difference <= TOLERANCE)) fail(`${what}: expected at most ${TOLERANCE}`);
}

function compareTokens(directory) {
  const vocabulary = path.join(directory, 'bert-base-uncased', 'vocab.txt');
  const tokenizer = loadBertTokenizer(vocabulary);
  for (const [name, column, header] of [['CoLA', 3, 0], ['SST-2', 0, 1]]) {
    const rows = ['train', 'dev'].flatMap((part) => fs.readFileSync(path.join(directory, name, `${part}.tsv`), 'utf8').trimEnd().split('\n').slice(header));
    const texts = rows.map((row) => row.split('\t')[column]);
    const ids = ask(['tokenize', vocabulary], texts.map((text) => JSON.stringify(text)).join('\n')).trimEnd().split('\n');
    const different = texts.filter((text, i) => JSON.stringify(tokenizer.encode(text)) !== ids[i].replaceAll(' ', ''));
    console.log(`${name}: ${texts.length} sentences, ${different.length} with other tokens`);
    if (different.length > 0 || ids.length !== texts.length) fail(`${name}: ${JSON.stringify(different.slice(0, 3))}`);
  }
}

function ask(command, input = '') {
  return run(python, [peer, ...command], input, { ...process.env, PYTHONPATH: library, PYTHONDONTWRITEBYTECODE: '1', TRANSFORMERS_VERBOSITY: 'error', HF_HUB_DISABLE_PROGRESS_BARS: '1' });
}

function run(program, options, input = '', env = process.env) {
  const { status, stdout, stderr, error } = spawnSync(program, options, { input, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) fail(`${program} ${options.join(' ')}: ${error?.message ?? `exit code ${status}`}\n${stderr}`);
  return stdout;
}

function fail(message) {
  throw new Error(message);
}
