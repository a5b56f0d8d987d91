import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { lockFile } from '../runs/lock';
import { newOwner } from '../runs/owner';
import { collect } from './collect';
import { MemoryGuard } from './executors/memory_guard';
import { openItems } from './executors/executor';
import { sweepStatus } from './status';
import { SweepFolder, type ItemResult } from './sweep_folder';

let folder: SweepFolder;
beforeEach(() => {
  folder = new SweepFolder(fs.mkdtempSync(path.join(os.tmpdir(), 'sweep-')));
  folder.create({ format: 1, name: 'toy', experiment: 'toy', preset: 'quick', items: 40, config: {}, varied: ['seed', 'activation'] }, Array.from({ length: 40 }, (_, i) => `${JSON.stringify({ seed: i % 20, activation: i < 20 ? 'a' : 'b' })}\n`).join(''));
});
afterEach(() => { fs.rmSync(folder.folder, { recursive: true, force: true }); });

const finished = (index: number, accuracy: number | null = index): ItemResult => ({ index, values: folder.values(index), seconds: 10, runs: [{ id: `run-${index}`, config: { seed: index % 20, note: index === 0 ? 'first' : null }, result: { test: { accuracy }, stopped: index % 2 === 0 } }] });

test('counts, remaining time and failures come from the marks', () => {
  for (let i = 0; i < 10; i++) folder.finish(finished(i));
  folder.fail({ index: 12, values: { seed: 12 }, end: 'exit code 1', lines: ['no such thing'] });
  // Killed after it was finished, before it forgot: what is done counts, once.
  folder.fail({ index: 3, values: {}, end: 'exit code 1', lines: [] });
  const held = lockFile(folder.mark('running', 20), 'item 20');
  fs.writeFileSync(folder.mark('running', 21), JSON.stringify({ ...newOwner(), started: '1' }));
  fs.writeFileSync(`${folder.mark('done', 30)}.tmp`, '{');
  expect(sweepStatus(folder)).toMatchObject({
    items: 40, done: 10, failed: 1, running: 1, waiting: 28, cancelled: false, leftSeconds: 300, etaSeconds: 300,
    runningItems: [{ index: 20, pid: process.pid, host: os.hostname() }],
    failures: [{ index: 12, end: 'exit code 1', lines: ['no such thing'] }],
  });
  expect(openItems(folder, false)).toHaveLength(29);
  expect(openItems(folder, true)).toHaveLength(30);
  held.release();
  expect(sweepStatus(folder)).toMatchObject({ running: 0, etaSeconds: null });
});

test('collected: a row a run, read back from Parquet; settings with mean and spread', async () => {
  for (const index of [0, 1, 20, 21, 22]) folder.finish(finished(index, index === 22 ? null : index));
  const { rows, files: [file = ''] } = await collect(folder, path.join(folder.folder, 'collected'), 'parquet', 'test.accuracy');
  expect(rows).toBe(5);
  const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet');
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  expect(read[0]).toEqual({ 'item': 0, 'run': 'run-0', 'option.seed': 0, 'option.activation': 'a', 'itemSeconds': 10, 'config.seed': 0, 'config.note': 'first', 'result.test.accuracy': 0, 'result.stopped': true });
  expect(read[4]).toMatchObject({ 'item': 22, 'config.note': null, 'result.test.accuracy': null });
  const report = fs.readFileSync(path.join(folder.folder, 'collected', 'report.md'), 'utf8');
  expect(report).toContain('5 of 40 items finished');
  // Best first; the deviation of two neighbours is 1 / sqrt(2); a run that diverged is counted and has no number.
  expect(report).toMatch(/\| b \| 3 \| 20\.5000 \| 0\.7071 \|\n\| a \| 2 \| 0\.5000 \| 0\.7071 \|/);
  const again = await collect(folder, path.join(folder.folder, 'collected'), 'csv', 'test.accuracy');
  expect(fs.readFileSync(again.files[0] ?? '', 'utf8').split('\r\n')[1]).toBe('0,run-0,0,a,10,0,first,0,true');
});

test('the memory guard holds runs back, never the last one', () => {
  let available = 10_000;
  const guard = new MemoryGuard(3000, 1000, () => available);
  expect(guard.admits([])).toBe(true);
  // A process that cannot be seen may still grow to all that it needs.
  expect(guard.admits([-1])).toBe(true);
  expect(guard.admits([-1, -1])).toBe(true);
  expect(guard.admits([-1, -1, -1])).toBe(false);
  available = 400;
  expect(guard.admits([])).toBe(true);
  expect(guard.short([-1])).toBe(false);
  expect(guard.short([-1, -1])).toBe(true);
  const measured = new MemoryGuard(0, 0);
  const before = measured.expected;
  measured.measure([process.pid]);
  if (process.platform === 'linux') expect(measured.expected).not.toBe(before);
});
