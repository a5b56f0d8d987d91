import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as activations from './index';
import { camelCase } from './registry/parameters';

test('every row of the table is exported under its camelCase name', () => {
  for (const { name } of activations.listActivations()) expect(typeof (activations as unknown as Record<string, unknown>)[camelCase(name)]).toBe('function');
});

/** Runs a script against the built package in a process of its own. */
function run(script: string, environment: NodeJS.ProcessEnv = {}): string {
  return execFileSync(process.execPath, ['-e', script], { cwd: path.join(__dirname, '..'), env: { ...process.env, ...environment }, encoding: 'utf8' });
}

const built = fs.existsSync(path.join(__dirname, '../dist/index.js'));
const whenBuilt = built ? test : test.skip; // needs dist, which nx builds before it tests

whenBuilt('importing and using typed arrays loads no TensorFlow', () => {
  const script = `
    const { gelu, layers, listActivations } = require('./dist');
    gelu(new Float32Array(8)); listActivations(); layers.apl;
    console.log(String(Object.keys(require.cache).filter((file) => /@tensorflow|packages.runtime/.test(file)).length));`;
  expect(run(script).trim()).toBe('0');
});

whenBuilt('a missing addon is told with the way out', () => {
  const script = `try { require('./dist').gelu(new Float32Array(1)) } catch (error) { console.log(error.message) }`;
  expect(run(script, { CUDA_ACTIVATIONS_ADDON: '/nowhere/addon.node' })).toMatch(/^The addon \/nowhere\/addon\.node is missing\. Build it with "npx nx run cuda-activations:build-native"/);
});

whenBuilt('a damaged addon is told with its reason', () => {
  const script = `try { require('./dist').gelu(new Float32Array(1)) } catch (error) { console.log(error.message) }`;
  expect(run(script, { CUDA_ACTIVATIONS_ADDON: path.join(__dirname, 'index.ts') })).toMatch(/does not load in Node v.*: .*Build it with/s);
});

whenBuilt('worker threads load the addon on their own', () => {
  const script = `
    const { Worker } = require('node:worker_threads');
    const code = "const { relu } = require('./dist'); require('node:worker_threads').parentPort.postMessage(relu(new Float32Array([-1, 2])))";
    for (let i = 0; i < 2; i++) new Worker(code, { eval: true }).on('message', (y) => console.log(Array.from(y).join()));`;
  expect(run(script).trim().split('\n')).toEqual(['0,2', '0,2']);
});
