import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { RunFolder } from './run_folder';
import { toyRun } from '../train/testing/toy_run';

jest.setTimeout(3_600_000);

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

const typescript = path.join(__dirname, '..', 'testing', 'typescript.cjs');
const modules = { runs: path.join(__dirname, 'run_folder'), lock: path.join(__dirname, 'lock'), toy: path.join(__dirname, '..', 'train', 'testing', 'toy_run') };
/** `runs`, `lock` and `toy` are the modules. */
const prelude = `const [runs, lock, toy] = ${JSON.stringify(Object.values(modules))}.map((file) => require(file)); const fs = require('node:fs'), path = require('node:path');`;

/** Runs shell lines and then JavaScript in a mount namespace of its own; undefined where the system allows none. */
function inNamespace(mounts: string, script: string): string | undefined {
  if (spawnSync('unshare', ['-r', '-m', 'true']).status !== 0) return undefined;
  const { stdout, stderr, status } = spawnSync('unshare', ['-r', '-m', 'sh', '-ec', `${mounts}\nexec "$NODE" -r "$TYPESCRIPT" -e "$SCRIPT"`], {
    env: { ...process.env, FOLDER: folder, NODE: process.execPath, TYPESCRIPT: typescript, SCRIPT: prelude + script },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ended with ${String(status)}: ${stderr}`);
  return stdout;
}

test('on a disk with room for 0 to 64 pages more, a run stops with the reason and goes on once there is room', () => {
  const output = inNamespace('mount -t tmpfs -o size=128k tmpfs "$FOLDER"', `(async () => {
    const folder = process.env.FOLDER, filler = path.join(folder, 'filler');
    const outcome = (run) => { const { seconds, processorSeconds, ...rest } = new runs.RunFolder(run).result(); return JSON.stringify(rest); };
    let stops = 0, expected;
    for (let free = 0; free <= 64; free += 1) {
      const run = path.join(folder, 'run');
      fs.rmSync(run, { recursive: true, force: true });
      fs.writeFileSync(filler, Buffer.alloc(4096 * Math.max(0, Math.floor(fs.statfsSync(folder).bavail * fs.statfsSync(folder).bsize / 4096) - free)));
      try { await toy.toyRun(run, { checkpointSeconds: 0 }); } catch (error) {
        if (error.name !== 'StorageError' || !/no space left/.test(error.message)) throw error;
        stops += 1;
      }
      fs.rmSync(filler, { force: true });
      if (new runs.RunFolder(run).status() !== 'done') await toy.toyRun(run, { checkpointSeconds: 0 });
      expected ??= outcome(run);
      if (outcome(run) !== expected) throw new Error('other numbers: ' + outcome(run) + ' not ' + expected);
      if (fs.readdirSync(run).some((name) => name.endsWith('.tmp') || name === 'lock')) throw new Error('left behind: ' + fs.readdirSync(run));
    }
    console.log(JSON.stringify({ stops }));
  })().catch((error) => { console.error(error); process.exit(1); });`);
  if (output === undefined) return console.warn('not tried: this system gives no mount namespace');
  expect((JSON.parse(output) as { stops: number }).stops).toBeGreaterThan(5);
});

test('on a read-only file system a run says so', () => {
  const output = inNamespace('mount -t tmpfs tmpfs "$FOLDER"; mkdir "$FOLDER/runs"; mount -o remount,ro "$FOLDER"', `
    toy.toyRun(path.join(process.env.FOLDER, 'runs', 'run')).then(() => console.log('ran'), (error) => console.log(error.name + ': ' + error.message));`);
  if (output === undefined) return console.warn('not tried: this system gives no mount namespace');
  expect(output).toMatch(/^StorageError: cannot write .*: the file system is read-only \(EROFS\)/);
});

test('of processes that want one folder at the same time, one at a time has it', async () => {
  const log = path.join(folder, 'log');
  const shared = path.join(folder, 'shared');
  fs.mkdirSync(shared);
  // Each says when it comes in and when it goes out; every third is killed inside.
  const script = `${prelude}
    const [, shared, log, kills] = process.argv; let held = 0;
    for (let i = 0; i < 2000 && held < 100; i++) {
      let taken;
      try { taken = lock.lockFolder(shared); } catch (error) { if (error.name !== 'StorageError') throw error; continue; }
      fs.appendFileSync(log, 'in ' + process.pid + '\\n');
      held += 1;
      if (kills === '1' && held === 20) process.kill(process.pid, 'SIGKILL');
      fs.appendFileSync(log, 'out ' + process.pid + '\\n');
      taken.release();
    }`;
  const one = (_: unknown, i: number): Promise<string | null> => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-r', typescript, '-e', script, shared, log, String(i % 3 === 0 ? 1 : 0)], { stdio: ['ignore', 'inherit', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text: Buffer) => { errors += text.toString(); });
    child.on('error', reject);
    child.on('exit', (code, signal) => { if (code === 0 || signal === 'SIGKILL') resolve(signal); else reject(new Error(errors)); });
  });
  const ends = await Promise.all(Array.from({ length: 6 }, one));
  expect(ends.filter((end) => end === 'SIGKILL').length).toBe(2);
  const lines = fs.readFileSync(log, 'utf8').trim().split('\n').map((line) => line.split(' ') as ['in' | 'out', string]);
  let inside: string | undefined;
  const dead = new Set<string>();
  for (const [what, who] of lines) {
    // One that was killed inside never came out.
    if (what === 'in' && inside !== undefined) dead.add(inside);
    if (what === 'out') expect(inside).toBe(who);
    inside = what === 'in' ? who : undefined;
    expect(dead.has(who)).toBe(false);
  }
  expect(dead.size).toBeLessThanOrEqual(2);
  expect(lines.length).toBeGreaterThan(100);
});

test('two processes on one run folder: one trains, the other is told who has it', async () => {
  const run = path.join(folder, 'run');
  const toy = path.join(__dirname, '..', 'train', 'testing', 'toy_process.cjs');
  const start = (): Promise<string> => new Promise((resolve) => {
    const child = spawn(process.execPath, [toy, run, '20'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text: Buffer) => { errors += text.toString(); });
    child.on('exit', () => { resolve(errors); });
  });
  const errors = (await Promise.all([start(), start()])).filter((text) => text !== '');
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/is in use by process \d+ on /);
  await toyRun(path.join(folder, 'alone'));
  const numbers = (place: string): object => ({ ...new RunFolder<unknown, object>(place).result(), seconds: 0, processorSeconds: 0 });
  expect(numbers(run)).toEqual(numbers(path.join(folder, 'alone')));
});
