import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { InUseError, LEASE_MS, lockFile, lockFolder, lockOwner } from './lock';
import { newOwner, type Owner } from './owner';
import { RunFolder } from './run_folder';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

const lock = () => path.join(folder, 'lock');


/** Leaves a lock as another process would have, last refreshed so long ago. */
function leave(owner: Partial<Owner>, ageMs = 0): void {
  fs.writeFileSync(lock(), JSON.stringify({ ...newOwner(), ...owner }));
  const time = (Date.now() - ageMs) / 1000;
  fs.utimesSync(lock(), time, time);
}
const elsewhere = { pid: 1, host: 'elsewhere', space: 'another boot' };

test('holds until it is let go', () => {
  const held = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(InUseError);
  expect(lockOwner(lock())?.pid).toBe(process.pid);
  held.release();
  expect(lockOwner(lock())).toBeUndefined();
  lockFolder(folder).release();
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('the lock of a process that is gone does not hold', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  leave({ pid, started: '1' });
  lockFolder(folder).release();
});

test('a process number that another process has by now does not hold', () => {
  leave({ started: '1' });
  if (process.platform === 'linux') lockFolder(folder).release();
});

test('a lock of another machine holds as long as it is refreshed, and says which', () => {
  leave(elsewhere, LEASE_MS - 20_000);
  expect(() => lockFolder(folder)).toThrow(/in use by process 1 on elsewhere/);
  expect(lockOwner(lock())?.host).toBe('elsewhere');
  leave(elsewhere, LEASE_MS + 20_000);
  expect(lockOwner(lock())).toBeUndefined();
  lockFolder(folder).release();
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('clocks that are set back or forward: no lock holds for longer than its lease, and an owner that lost it writes nothing', () => {
  leave(elsewhere, -LEASE_MS - 20_000);
  fs.mkdirSync(`${lock()}.takeover`);
  fs.utimesSync(`${lock()}.takeover`, Date.now() / 1000 + 86_400, Date.now() / 1000 + 86_400);
  const run = new RunFolder<object, object>(folder);
  const unlock = run.open({}, {});
  leave({ ...elsewhere, host: 'third' }, LEASE_MS - 20_000);
  expect(() => { run.appendMetrics({}); }).toThrow(/process 1 on third took it over/);
  unlock();
  expect(fs.readdirSync(folder).sort()).toEqual(['config.json', 'environment.json', 'lock']);
});

test('a container of the same host name is another machine: its process numbers are not those here', () => {
  leave({ pid: process.pid, space: 'another namespace', started: '1' });
  if (process.platform === 'linux') expect(() => lockFolder(folder)).toThrow(InUseError);
});

test('its owner refreshes it', async () => {
  const held = lockFile(lock(), folder, 10);
  const before = fs.readFileSync(lock(), 'utf8');
  fs.utimesSync(lock(), 1, 1);
  while (fs.statSync(lock()).mtimeMs < 2000) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(fs.readFileSync(lock(), 'utf8')).toBe(before);
  fs.utimesSync(lock(), 1, 1);
  held.check();
  expect(fs.statSync(lock()).mtimeMs).toBeGreaterThan(2000);
  held.release();
});

test('an owner whose lock was taken over writes nothing more, and leaves the lock alone', () => {
  const run = new RunFolder<object, object>(folder);
  const unlock = run.open({}, {});
  leave(elsewhere);
  for (const write of [() => { run.appendMetrics({}); }, () => { run.finish({}); }, () => { run.checkpoint.write({ arrays: {}, state: {} }); }]) {
    expect(write).toThrow(/no longer this process's.*process 1 on elsewhere took it over/);
  }
  unlock();
  expect(lockOwner(lock())?.host).toBe('elsewhere');
  expect(fs.readdirSync(folder).sort()).toEqual(['config.json', 'environment.json', 'lock']);
});

test('who looks by a clock of his own writes nothing', () => {
  leave(elsewhere);
  const written = fs.statSync(lock()).mtimeMs;
  const folderTime = fs.statSync(folder).mtimeMs;
  expect(lockOwner(lock(), written + LEASE_MS)?.host).toBe('elsewhere');
  expect(lockOwner(lock(), written + LEASE_MS + 1)).toBeUndefined();
  expect(fs.statSync(folder).mtimeMs).toBe(folderTime);
});

test('of many that want the lock of a process that is gone, one gets it', () => {
  leave({ started: '1' });
  if (process.platform !== 'linux') return;
  const held = lockFolder(folder);
  for (let i = 0; i < 10; i++) expect(() => lockFolder(folder)).toThrow(InUseError);
  held.release();
});
