// Runs jobs beside each other, and keeps what each found.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** @typedef {{ok: boolean, ended: string | number, text: string}} Ended what a command said, and how it ended: its status, the signal, or 'timeout' */

/** Starts a command; resolves when it ends, and rejects where it cannot be started. @returns {Promise<Ended>} */
export function run(command, options, extra = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'], ...extra });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (status, signal) => { resolve({ ok: status === 0, ended: child.killed ? 'timeout' : (signal ?? status), text: Buffer.concat(chunks).toString() }); });
  });
}

/** The last lines of a text. */
export const tail = (text, lines = 25) => text.trimEnd().split('\n').slice(-lines).join('\n');

/** Runs a step that others need. @returns what it said @throws {Error} with the end of that, where it fails */
export async function must(command, options, extra) {
  const { ok, ended, text } = await run(command, options, extra);
  if (!ok) throw new Error(`${command} ${options.join(' ')} ended with ${ended}:\n${tail(text)}`);
  return text;
}

/** Calls `job` for every item, as many at a time as there are processors. */
export async function forEach(items, job) {
  const queue = [...items];
  const worker = async () => {
    while (queue.length > 0) await job(queue.shift());
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Results in the order of their ends, each printed when it is known. */
export class Report {
  results = [];

  /** @param {string | undefined} fault what is wrong; undefined: passed */
  record(name, fault) {
    this.results.push({ name, ...(fault ? { fault } : {}) });
    process.stdout.write(`${fault ? 'FAILED' : 'passed'}  ${name}${fault ? `\n${fault.replace(/^/gm, '    ')}` : ''}\n`);
  }

  /** Records how a program of tests ended. @param {Ended} ended */
  ended(name, { ok, ended, text }) {
    this.record(name, ok ? undefined : `ended with ${ended}\n${tail(text)}`);
  }

  get counts() {
    const failed = this.results.filter(({ fault }) => fault !== undefined).length;
    return { passed: this.results.length - failed, failed };
  }
}
