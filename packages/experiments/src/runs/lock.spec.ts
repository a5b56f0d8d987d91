import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { StorageError } from './atomic';
import { lockFolder } from './lock';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

const lock = () => path.join(folder, 'lock');

test('holds until it is let go', () => {
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(StorageError);
  unlock();
  lockFolder(folder)();
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('the lock of a process that is gone does not hold', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  fs.writeFileSync(lock(), JSON.stringify({ pid, host: os.hostname(), started: '1' }));
  lockFolder(folder)();
});

test('a process number that another process has by now does not hold', () => {
  fs.writeFileSync(lock(), JSON.stringify({ pid: process.pid, host: os.hostname(), started: '1' }));
  if (process.platform === 'linux') lockFolder(folder)();
});

test('a lock of another machine holds, and says which', () => {
  fs.writeFileSync(lock(), JSON.stringify({ pid: 1, host: 'elsewhere', started: null }));
  expect(() => lockFolder(folder)).toThrow(/in use by process 1 on elsewhere/);
});
