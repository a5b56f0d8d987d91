import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Values } from '../definition';
import type { HalvingPlan } from '../stages';
import { SweepFolder } from '../sweep_folder';
import { openItems, type Work } from './executor';
import { LocalExecutor } from './local';
import { MemoryGuard } from './memory_guard';

const TASK = path.join(__dirname, '..', 'testing', 'toy_task.cjs');
let folder: SweepFolder;
beforeEach(() => { folder = new SweepFolder(fs.mkdtempSync(path.join(os.tmpdir(), 'local-'))); });
afterEach(() => { fs.rmSync(folder.folder, { recursive: true, force: true }); });

function create(lines: readonly Values[], halving?: HalvingPlan): void {
  folder.create({ format: 1, name: 'toy', experiment: 'toy', preset: 'quick', items: lines.length, config: {}, varied: [], ...(halving && { halving }) }, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}
const work = (): Work => ({ folder, items: openItems(folder, false), program: [process.execPath, TASK], threads: 3 });
const executor = (processes: number, guard = new MemoryGuard(1, 0, () => 1e12)) => new LocalExecutor({ processes, guard });

async function submit(processes = 2): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const output = { print: (line: string) => { lines.push(line); }, complain: (line: string) => { lines.push(line); } };
  return { code: await executor(processes).submit(work(), output), said: lines.join('\n') };
}
const starts = (): string[] => fs.readFileSync(path.join(folder.folder, 'starts.txt'), 'utf8').trimEnd().split('\n');

test('every item once, failures are collected and the sweep goes on; what failed is run again when asked', async () => {
  create([{}, { fails: true }, {}, { kills: 2 }]);
  const { code, said } = await submit();
  expect(code).toBe(1);
  expect(said).toMatch(/item 1 fails=true: failed: no such thing/);
  expect(said).toMatch(/item 3 kills=2: its process ended with SIGKILL; it goes on from its last checkpoint/);
  expect(said).toMatch(/3 of 4 items done, 1 failed/);
  // Items begin in order, each with the threads of the sweep.
  expect(starts().sort()).toEqual(['0 3', '1 3', '2 3', '3 3', '3 3', '3 3']);
  // Failed ones stay as they are until they are asked for.
  expect((await submit()).code).toBe(1);
  folder.forgetFailure(1);
  expect((await submit()).code).toBe(0);
  expect(folder.marked('done')).toEqual([0, 1, 2, 3]);
}, 60_000);

test('a process that is killed each time fails, with its last words', async () => {
  create([{ kills: 99 }, {}]);
  const { code, said } = await submit();
  expect(code).toBe(1);
  expect(said).toContain('ended with SIGKILL 3 times (out of memory?)');
  expect(folder.failure(0)).toEqual({ index: 0, values: { kills: 99 }, end: 'SIGKILL, 3 times', lines: ['about to die'] });
}, 60_000);

test('halving: a round begins when the one before has ended', async () => {
  const halving = { over: 'learningRate', budget: 'epochs', budgets: [1, 2], metric: 'bestValLoss', goal: 'least' as const, tried: [0.1, 0.2], groups: 1, slots: [2, 1] };
  create([{ learningRate: 0.2, ms: 200 }, { learningRate: 0.1 }, { epochs: 2 }], halving);
  expect((await submit(3)).code).toBe(0);
  expect(folder.result(2)?.values).toEqual({ epochs: 2, learningRate: 0.1 });
}, 60_000);

test('an item that another process runs is left to it', async () => {
  create([{ ms: 1500 }, {}]);
  const other = spawn(process.execPath, [TASK, 'sweep', 'task', folder.folder, '--index=0'], { stdio: 'ignore' });
  while (!folder.has('running', 0)) await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await submit()).code).toBe(0);
  expect(starts()).toHaveLength(2);
  expect(other.exitCode).toBe(0);
}, 60_000);

test('cancelled: what runs stops, what waits does not begin', async () => {
  create([{ ms: 60_000 }, { ms: 60_000 }, {}]);
  const running = submit();
  while (folder.marked('running').length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  folder.setCancelled(true);
  const { code, said } = await running;
  expect(code).toBe(143);
  expect(said).toContain('0 of 3 items done');
  expect(folder.marked('running')).toEqual([]);
}, 60_000);

test('what it would do can be read and typed', () => {
  create([{}, {}]);
  expect(executor(1).describe(work()).split('\n')[1]).toBe(`TF_NUM_INTRAOP_THREADS=3 OMP_NUM_THREADS=3 ${process.execPath} ${TASK} sweep task ${folder.folder} --index=1`);
});
