import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const module = fileURLToPath(new URL('./terminal.js', import.meta.url));
const child = `
  const { streamOfNx } = require(${JSON.stringify(module)});
  const { stream, append } = streamOfNx(1);
  if (typeof stream === 'number') require('node:fs').writeSync(stream, 'direct');
  else if (append) append(Buffer.from('appended'));
  else console.log('inherited');`;
const parent = `require('node:child_process').spawnSync(process.execPath, ['-e', process.env.CHILD], { stdio: 'ignore' })`;
const skip = process.platform === 'linux' ? false : 'needs /proc';

/** Runs a parent whose standard output is redirected as `redirection` says, with a child that sees only the parent's streams. */
const run = (redirection) =>
  execFileSync('sh', ['-c', `"$NODE" -e "$PARENT" ${redirection}`], { env: { ...process.env, NODE: process.execPath, PARENT: parent, CHILD: child } }).toString();

test('a pipe of the parent is opened again', { skip }, () => {
  assert.equal(run('| cat'), 'direct');
});

test('a regular file is only appended to', { skip }, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'terminal-'));
  try {
    const log = path.join(folder, 'log');
    writeFileSync(log, 'before\n');
    run(`>> ${log}`);
    assert.equal(readFileSync(log, 'utf8'), 'before\nappended');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
