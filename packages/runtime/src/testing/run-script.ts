import { execFileSync, spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';

const register = path.join(__dirname, 'register-typescript.cjs');
const index = path.resolve(__dirname, '../index.ts');
/** `tf` is this package. */
const prelude = `require(${JSON.stringify(register)}); const tf = require(${JSON.stringify(index)});`;

/** Runs JavaScript in a process of its own. What it prints as JSON on standard output is the result. */
export function runScript(script: string, environment: Record<string, string> = {}): unknown {
  const output = execFileSync(process.execPath, ['-e', `${prelude}${script}`], { env: { ...process.env, ...environment }, encoding: 'utf8' });
  return JSON.parse(output) as unknown;
}

/** Runs JavaScript in a process of its own; its standard error and exit status. */
export function runScriptForErrors(script: string, environment: Record<string, string> = {}): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, ['-e', `${prelude}${script}`], { env: { ...process.env, ...environment }, encoding: 'utf8' });
  return { status, stderr };
}

/** Runs JavaScript in a worker thread; what it passes to `post` is the result. */
export async function runInWorker(script: string): Promise<unknown> {
  const worker = new Worker(`const post = (value) => require('node:worker_threads').parentPort.postMessage(value);${prelude}${script}`, { eval: true });
  return new Promise((resolve, reject) => {
    let result: unknown;
    worker.on('message', (value) => (result = value));
    worker.on('error', reject);
    worker.on('exit', (code) => {
      if (code === 0) resolve(result);
      else reject(new Error(`the worker ended with code ${String(code)}`));
    });
  });
}
