import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { SweepFolder, type QueueReport } from '@cuda-activations/experiments';
import { Mt19937 } from '@cuda-activations/models';
import { runCli } from '../testing/run_cli';
import { SlurmCluster } from '../testing/slurm_cluster';
import { outcomes, tinySweep } from '../testing/sweep_outcomes';
import { programCommand } from './sweep_submit';

/** Items of the sweep that is disturbed, and how often. */
const ITEMS = Number(process.env['ITEMS'] ?? 4);
const REQUEUES = Number(process.env['REQUEUES'] ?? 3);
const SEED = Number(process.env['REQUEUE_SEED'] ?? 1);
/** Longest time between two requeues. */
const LONGEST_MS = 4000;
const PATIENCE = 600_000 + (ITEMS + REQUEUES) * 30_000;

let cluster: SlurmCluster;
let undisturbed: string;
const environment = { ...process.env };

beforeAll(async () => {
  // An array holds two items, so that every sweep here needs several.
  cluster = await SlurmCluster.start(2, 3);
  Object.assign(process.env, cluster.environment);
  undisturbed = await planned('undisturbed', ITEMS);
  const [program = '', ...argv] = programCommand();
  const { status, stdout, stderr } = spawnSync(program, [...argv, 'sweep', 'submit', undisturbed, '--processes=2'], { encoding: 'utf8' });
  expect(status === 0 ? '' : stdout + stderr).toBe('');
}, PATIENCE);

afterAll(async () => {
  process.env = environment;
  await (cluster as SlurmCluster | undefined)?.stop();
}, 60_000);

async function planned(name: string, items: number, base = {}): Promise<string> {
  const [file, folder] = [path.join(cluster.folder, `${name}.json`), path.join(cluster.folder, 'a shared folder', name)];
  fs.writeFileSync(file, JSON.stringify(tinySweep(items, base)));
  expect(await runCli('sweep', 'plan', file, `--output=${folder}`)).toMatchObject({ code: 0 });
  return folder;
}

async function submit(folder: string, ...options: string[]): Promise<string> {
  const { code, out, err } = await runCli('sweep', 'submit', folder, '--executor=slurm', ...options);
  expect(code === 0 ? '' : out + err).toBe('');
  return out;
}

async function queue(folder: string): Promise<QueueReport & { done: number }> {
  const { out } = await runCli('sweep', 'status', folder, '--json');
  const { queues: [report], done } = JSON.parse(out) as { queues: [QueueReport]; done: number };
  expect(report.problem).toBeNull();
  return { ...report, done };
}

const finished = (folder: string) => cluster.until('all items are done', () => new SweepFolder(folder).marked('done').length === new SweepFolder(folder).sweep.items, PATIENCE / 1000);
const emptied = (folder: string) => cluster.until('the queue is empty', () => !/PENDING|RUNNING|COMPLETING/.test(cluster.call('squeue', '--noheader', '--array', '--format=%T', `--name=activations.${path.basename(folder)}`)));

/** How often tasks were started again, by what Slurm says. */
const restarts = (): number => [...cluster.call('scontrol', 'show', 'job').matchAll(/Restarts=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);

test('arrays of tasks, as many as the largest array needs; what is in the queue is not handed over twice', async () => {
  const folder = await planned('array', ITEMS);
  expect(await submit(folder)).toContain(`${ITEMS} items in ${ITEMS / 2} jobs, `);
  expect(await submit(folder)).toContain(`${ITEMS} items are in Slurm's queue already\nnothing to submit`);
  await finished(folder);
  await emptied(folder);
  expect(outcomes(folder)).toEqual(outcomes(undisturbed));
  expect(await queue(folder)).toMatchObject({ jobs: [], queued: 0, running: 0, lost: [] });
}, PATIENCE);

test('the printed script does the same by hand', async () => {
  const folder = await planned('by-hand', 4);
  const { status, stderr } = spawnSync('sh', [], { input: await submit(folder, '--maxRunning=1', '--printOnly'), env: process.env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  await cluster.until('the second array waits for the first', () => cluster.call('squeue', '--noheader', '--array', '--states=PENDING', '--name=activations.by-hand', '--format=%r').includes('Dependency\nDependency'));
  expect(await queue(folder)).toMatchObject({ reasons: { Dependency: 2 } });
  await finished(folder);
  await emptied(folder);
  expect(cluster.call('squeue', '--noheader', '--states=FAILED')).toBe('');
}, PATIENCE);

test(`tasks that are requeued ${REQUEUES} times, and a node that fails: the numbers of an undisturbed sweep`, async () => {
  const folder = await planned('requeued', ITEMS);
  const random = new Mt19937(SEED);
  const uniform = () => random.nextUint32() / 2 ** 32;
  const before = restarts();
  await submit(folder);
  let requeues = 0;
  for (let disturbances = 0; disturbances <= REQUEUES; disturbances++) {
    await new Promise((resolve) => setTimeout(resolve, uniform() * LONGEST_MS));
    const running = () => cluster.call('squeue', '--noheader', '--array', '--states=RUNNING', '--name=activations.requeued', '--format=%A').trim().split('\n').filter((id) => id !== '');
    await cluster.until('a task runs, or all are done', () => running().length > 0 || new SweepFolder(folder).marked('done').length === ITEMS);
    const tasks = running();
    if (tasks.length === 0) break;
    if (disturbances === Math.floor(REQUEUES / 2)) {
      await cluster.failNode();
    } else {
      cluster.call('scontrol', 'requeue', tasks[Math.floor(uniform() * tasks.length)] ?? '');
    }
    requeues += 1;
  }
  await finished(folder);
  await emptied(folder);
  expect(requeues).toBe(REQUEUES + 1);
  expect(restarts() - before).toBeGreaterThanOrEqual(REQUEUES);
  expect(outcomes(folder)).toEqual(outcomes(undisturbed));
}, PATIENCE);

test('the time limit: its signal makes the run write a checkpoint, and the task takes its turn again', async () => {
  // Long enough that a fast machine is signalled in the middle of it.
  const slow = { epochs: 600, checkpointSeconds: 600 };
  const [folder, whole] = [await planned('limited', 2, slow), await planned('unlimited', 2, slow)];
  await submit(whole);
  const before = restarts();
  // Slurm counts limits in minutes: this one is signalled after five seconds, at most half a minute later.
  await submit(folder, '--grace=55', '--sbatch=--time=1');
  const log = path.join(folder, 'slurm', '0', '0.out');
  const resumed = () => fs.existsSync(log) && /resumes after step/.test(fs.readFileSync(log, 'utf8'));
  await cluster.until('a run goes on from the checkpoint of its last start, or all are done', () => resumed() || new SweepFolder(folder).marked('done').length === 2, PATIENCE / 1000);
  expect(resumed()).toBe(true);
  // A slow machine would come no further than a step each time.
  cluster.call('scontrol', 'update', `JobId=${fs.readFileSync(path.join(folder, 'slurm', 'jobs'), 'utf8').split(' ')[0] ?? ''}`, 'TimeLimit=UNLIMITED');
  await Promise.all([finished(folder), finished(whole)]);
  await emptied(folder);
  const output = fs.readFileSync(log, 'utf8');
  expect(output).toContain('SIGTERM: finishing the step and writing a checkpoint');
  // The line DUE TO JOB REQUEUE is written only where the step outlives its run.
  expect(restarts() - before).toBeGreaterThanOrEqual(1);
  expect(output).not.toContain('DUE TO TIME LIMIT');
  expect(outcomes(folder)).toEqual(outcomes(whole));
}, PATIENCE);

test('cancelled: what runs writes its checkpoint, what waits leaves the queue; submitted again it goes on', async () => {
  const folder = await planned('cancelled', 4, { epochs: 6 });
  await submit(folder, '--maxRunning=1');
  await cluster.until('an item runs', () => new SweepFolder(folder).marked('running').length > 0);
  expect((await runCli('sweep', 'cancel', folder)).out).toContain('Slurm: waiting tasks of 2 jobs are cancelled');
  await emptied(folder);
  expect(new SweepFolder(folder).marked('running')).toEqual([]);
  expect((await queue(folder)).done).toBe(0);
  await submit(folder);
  await finished(folder);
  await emptied(folder);
  expect(outcomes(folder)).toHaveLength(4);
}, PATIENCE);

test('a task that ends before its run begins is shown with its last lines, and handed over again', async () => {
  const folder = await planned('lost', 2);
  await submit(folder, '--prelude=echo no such module; exit 7');
  await emptied(folder);
  const lost = { end: 'FAILED', lines: ['no such module'] };
  expect((await queue(folder)).lost).toEqual([{ index: 0, ...lost }, { index: 1, ...lost }]);
  expect((await runCli('sweep', 'status', folder)).out).toContain('slurm: no job, 2 ended without a result (sweep submit hands them over again)\n  item 0: FAILED\n    no such module');
  await submit(folder);
  await finished(folder);
  expect((await queue(folder)).lost).toEqual([]);
}, PATIENCE);

test('what Slurm refuses is said as it said it', async () => {
  const folder = await planned('refused', 2);
  const { code, err } = await runCli('sweep', 'submit', folder, '--executor=slurm', '--partition=nowhere');
  expect(code).toBe(1);
  expect(err).toMatch(/^error: sbatch: .*invalid partition specified: nowhere/);
});
