import * as path from 'node:path';
import { Interrupted } from './interrupt';
import { runList, type ListedRun } from './list';
import { ListMeter } from './list_meter';
import { ProcessPool } from './pool';

interface Task {
  readonly name: string;
  readonly steps: number;
  readonly stepMs?: number;
}

const WORKER = path.join(__dirname, 'testing', 'pool_worker.cjs');
const listed = (name: string, steps = 3, stepMs = 1): ListedRun<Task> => ({ key: name, label: name, kind: 'toy', steps, lanes: 2, expectedStepMs: 1, task: { name, steps, stepMs } });

/** Runs a list on two processes; a signal may come in. */
async function run(tasks: readonly ListedRun<Task>[], signalAfterMs?: number): Promise<string[]> {
  const lines: string[] = [];
  let signal: NodeJS.Signals | undefined;
  const pool = new ProcessPool<Task>(WORKER, 2, { OMP_NUM_THREADS: '1' }, () => signal);
  const timer = setTimeout(() => { signal = 'SIGINT'; }, signalAfterMs ?? 60_000);
  try {
    await runList(tasks, pool, new ListMeter(tasks, (line) => lines.push(line), false));
    return lines;
  } finally {
    clearTimeout(timer);
    await pool.close();
  }
}

test('every run is made, by two processes that stay, with the environment they were given', async () => {
  const lines = await run(['a', 'b', 'c', 'd', 'e'].map((name) => listed(name)));
  expect(lines.map((line) => /: (\w) by/.exec(line)?.[1]).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  const processes = new Set(lines.map((line) => /by (\d+) with 1/.exec(line)?.[1]));
  expect(processes.size).toBe(2);
  expect(processes.has(String(process.pid))).toBe(false);
}, 30_000);

test('a signal stops the runs that go on, and no further one begins', async () => {
  const tasks = [listed('a', 100_000), listed('b', 100_000), listed('c', 1)];
  const stopped = run(tasks, 300);
  await expect(stopped).rejects.toThrow(Interrupted);
  await expect(stopped).rejects.toThrow(/^[ab] stopped$/);
}, 30_000);

test("a run's failure is that of the list, once the others have ended", async () => {
  await expect(run([listed('a', 50), listed('fails'), listed('c')])).rejects.toThrow('no such thing');
}, 30_000);

test('a process that is gone says how', async () => {
  await expect(run([listed('dies'), listed('b', 20)])).rejects.toThrow('a worker process ended with exit code 7; its run resumes from its last checkpoint');
}, 30_000);
