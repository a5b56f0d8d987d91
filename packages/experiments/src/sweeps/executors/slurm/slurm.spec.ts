import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fakeTools } from '../../testing/fake_tools';
import { stagesOf } from '../../stages';
import { SweepFolder } from '../../sweep_folder';
import { openItems, type Work } from '../executor';
import { arraysOf } from './arrays';
import { secondsOf, type SlurmOptions } from './options';
import { slurmQueue } from './queue';
import { SlurmExecutor } from './slurm';

const OPTIONS: SlurmOptions = { partition: null, account: null, time: null, memory: null, cpus: null, gres: null, maxRunning: null, prelude: null, grace: 120, sbatch: null };
/** A name that a shell would take apart, and sbatch's output pattern too. */
const NAME = "100% $(touch pwned) 'quoted'";

let root: string;
let folder: SweepFolder;
let restore: () => void;
let said: string[];
const output = { print: (line: string) => { said.push(line); }, complain: (line: string) => { said.push(line); } };

/** Slurm's commands: what they are called with is written down, what they answer is read from files. */
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'slurm-'));
  said = [];
  const log = (name: string) => `printf '%s|' ${name} "$@" >> '${root}/calls'; echo >> '${root}/calls'`;
  restore = fakeTools(path.join(root, 'bin'), {
    sbatch: `${log('sbatch')}; n=$(cat '${root}/n' 2>/dev/null || echo 100); echo $((n + 1)) > '${root}/n'; echo "$n"`,
    squeue: `cat '${root}/squeue' 2>/dev/null || true`,
    // Options that Slurm 22.05 has: an unknown one is an error.
    sacct: `[ "$*" = '--noheader --parsable2 --allocations --jobs=100,101 --format=JobID,State' ] && cat '${root}/sacct' 2>/dev/null`,
    scancel: log('scancel'),
    scontrol: `if [ "$1" = show ]; then echo 'MaxArraySize            = 11'; else ${log('scontrol')}; fi`,
  });
  folder = new SweepFolder(path.join(root, NAME));
});
afterEach(() => {
  restore();
  fs.rmSync(root, { recursive: true, force: true });
});

function create(items: number): void {
  folder.create({ format: 1, name: 'toy', experiment: 'toy', preset: 'quick', items, config: {}, varied: [] }, '{}\n'.repeat(items));
}
const work = (program: readonly string[] = ['node', 'it.js']): Work => ({ folder, items: openItems(folder, false), program, threads: 3 });
const calls = (): string[] => fs.readFileSync(path.join(root, 'calls'), 'utf8').trimEnd().split('\n');
const submit = (options: Partial<SlurmOptions> = {}) => new SlurmExecutor({ ...OPTIONS, ...options }).submit(work(), output);
const script = () => fs.readFileSync(path.join(folder.folder, 'slurm', 'task.sh'), 'utf8');

test('items are split into arrays that Slurm takes, with every item in one of them', () => {
  const items = [0, 1, 2, 9, 10, 12, 13, 14, 31];
  const arrays = arraysOf(items, stagesOf(40, undefined), 11, 2);
  expect(arrays).toEqual([{ offset: 0, stage: 0, array: '0-2,9%2' }, { offset: 10, stage: 0, array: '0,2-4%2' }, { offset: 30, stage: 0, array: '1%2' }]);
  const halving = { over: 'x', budget: 'y', budgets: [1, 2], metric: 'm', goal: 'least' as const, tried: [1, 2, 3], groups: 1, slots: [3, 1] };
  expect(arraysOf([0, 1, 2, 3], stagesOf(4, halving), 1001, null)).toEqual([{ offset: 0, stage: 0, array: '0-2' }, { offset: 0, stage: 1, array: '3' }]);
  const all = arraysOf(Array.from({ length: 100_000 }, (_, i) => i), stagesOf(100_000, undefined), 1001, null);
  expect(all).toHaveLength(100);
  expect(new Set(all.map(({ array }) => array))).toEqual(new Set(['0-999']));
});

test.each([['90', 5400], ['1:30', 90], ['4:00:00', 14_400], ['1-12', 129_600], ['2-0:30', 174_600], ['1-0:0:5', 86_405]])('the time %s is %i s', (time, seconds) => {
  expect(secondsOf(time)).toBe(seconds);
});

test.each<[Partial<SlurmOptions>, RegExp]>([
  [{ time: '2' }, /time: expected at least a minute more than --grace \(120 s\), got 2/],
  [{ sbatch: '--array=1' }, /sbatch: --array is set by the sweep/],
  [{ sbatch: '--qos=a;b' }, /sbatch: expected options such as --qos=long, separated by blanks, got "--qos=a;b"/],
  [{ sbatch: '-p x' }, /sbatch: expected options/],
])('%j is refused', async (options, message) => {
  create(2);
  await expect(async () => submit(options)).rejects.toThrow(message);
});

test('what was asked for is in the script, paths are arguments, and shells see them quoted', async () => {
  create(12);
  expect(await submit({ partition: 'long', account: 'me', time: '4:00:00', memory: 2000, gres: 'gpu:1', prelude: 'module load nodejs', sbatch: '--qos=high --exclude=n1,n2' })).toBe(0);
  for (const line of ['--job-name=activations.toy', '--cpus-per-task=3', '--mem=2000M', '--gres=gpu:1', '--partition=long', '--account=me', '--time=4:00:00', '--qos=high', '--exclude=n1,n2', '--requeue', '--signal=B:USR1@120']) {
    expect(script()).toContain(`#SBATCH ${line}\n`);
  }
  expect(script()).toContain('\nmodule load nodejs\nexport TF_NUM_INTRAOP_THREADS=3\n');
  const file = path.join(folder.folder, 'slurm', 'task.sh');
  expect(calls()).toEqual([0, 10].map((offset) => `sbatch|--parsable|--array=${offset === 0 ? '0-9' : '0-1'}|--output=${path.join(folder.folder, 'slurm', String(offset)).replace('%', '%%')}/%a.out|${file}|${offset}|`));
  expect(said).toEqual(['12 items in 2 jobs, 100 to 101']);
  expect(fs.existsSync(path.join(folder.folder, 'slurm', '10'))).toBe(true);
});

test('the printed text does the same in a shell', async () => {
  create(12);
  const text = new SlurmExecutor({ ...OPTIONS, maxRunning: 2 }).describe(work());
  expect(fs.existsSync(path.join(folder.folder, 'slurm'))).toBe(false);
  expect(spawnSync('sh', { input: text, env: process.env, cwd: root, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  const byHand = { calls: calls(), script: script(), jobs: fs.readFileSync(path.join(folder.folder, 'slurm', 'jobs'), 'utf8') };
  fs.rmSync(path.join(folder.folder, 'slurm'), { recursive: true });
  for (const name of ['calls', 'n']) fs.rmSync(path.join(root, name));
  await submit({ maxRunning: 2 });
  expect({ calls: calls(), script: script(), jobs: fs.readFileSync(path.join(folder.folder, 'slurm', 'jobs'), 'utf8') }).toEqual(byHand);
  // A limit holds for an array: the second one waits for the first.
  expect(byHand.calls[1]).toContain('|--dependency=afterany:100|');
  expect(fs.existsSync(path.join(root, 'pwned'))).toBe(false);
});

/** Runs the script as Slurm does, with a task that ends as `program` says. */
async function runScript(program: string, environment: Record<string, string>, signal?: NodeJS.Signals): Promise<{ code: number | null; text: string }> {
  const executable = path.join(root, 'program of the task');
  fs.writeFileSync(executable, `#!/bin/bash\n${program}\n`, { mode: 0o755 });
  await new SlurmExecutor(OPTIONS).submit(work([executable]), output);
  const batch = spawn('bash', [path.join(folder.folder, 'slurm', 'task.sh'), '40'], { cwd: root, env: { ...process.env, SLURM_ARRAY_TASK_ID: '2', SLURM_JOB_ID: '77', ...environment } });
  let text = '';
  for (const stream of [batch.stdout, batch.stderr]) stream.on('data', (data: Buffer) => {
    text += data.toString();
    // The task runs: now its time is over.
    if (signal !== undefined && text.endsWith('running\n')) batch.kill(signal);
  });
  const code = await new Promise<number | null>((resolve) => batch.once('close', resolve));
  return { code, text };
}
const UNTIL_TERM = "trap 'echo checkpoint; exit 143' TERM; echo running; while :; do sleep 0.05; done";

test('the script runs the item of its array index, in the sweep\'s folder, and ends with its exit code', async () => {
  create(2);
  const { code, text } = await runScript('printf "%s\\n" "$@" "$OMP_NUM_THREADS"; exit 3', {});
  expect({ code, text }).toEqual({ code: 3, text: `sweep\ntask\n${folder.folder}\n--index=42\n3\n` });
  expect(calls().filter((call) => call.startsWith('scontrol'))).toEqual([]);
});

test('the signal of the time limit makes the run write its checkpoint, and the task is requeued', async () => {
  create(2);
  expect(await runScript(UNTIL_TERM, {}, 'SIGUSR1')).toEqual({ code: 143, text: 'running\ncheckpoint\n' });
  expect(calls().at(-1)).toBe('scontrol|requeue|77|');
});

test.each<[string, string, Record<string, string>]>([
  ['that finished all the same', "trap 'exit 0' TERM; echo running; while :; do sleep 0.05; done", {}],
  ['that failed', "trap 'exit 1' TERM; echo running; while :; do sleep 0.05; done", {}],
  ['that was requeued a thousand times', UNTIL_TERM, { SLURM_RESTART_COUNT: '1000' }],
])('a task %s is not requeued', async (_, program, environment) => {
  create(2);
  await runScript(program, environment, 'SIGUSR1');
  expect(calls().at(-1)).toMatch(/^sbatch/);
});

test('a cancelled one is not requeued either', async () => {
  create(2);
  folder.setCancelled(true);
  await runScript(UNTIL_TERM, {}, 'SIGUSR1');
  expect(calls().at(-1)).toMatch(/^sbatch/);
});

test('what waits and why, what runs, what ended without a result', async () => {
  create(14);
  await submit();
  const squeue = (...lines: string[]) => { fs.writeFileSync(path.join(root, 'squeue'), lines.map((line) => `${line}\n`).join('')); };
  // A job of another sweep of this name; an array that does not name its tasks.
  squeue('100 0 RUNNING None', '100 1 PENDING Resources', '100 2 PENDING JobHeldUser (admin)', '100 3 COMPLETING None', '100 4 NODE_FAIL None', '100 5 COMPLETED None', '101 0 PENDING Resources', '9 6 FAILED None', '100 7-9 PENDING Resources');
  folder.finish({ index: 5, values: {}, seconds: 1, runs: [] });
  folder.fail({ index: 6, values: {}, end: 'exit code 1', lines: [] });
  fs.writeFileSync(path.join(root, 'sacct'), '100_7|TIMEOUT\n100_8|CANCELLED by 1000\n100_8.batch|FAILED\n');
  fs.writeFileSync(path.join(folder.folder, 'slurm', '0', '7.out'), 'one\ntwo\n');
  expect(slurmQueue.report(folder, 2)).toEqual({
    executor: 'slurm', jobs: ['100', '101'], queued: 3, running: 2, reasons: { 'Resources': 2, 'JobHeldUser (admin)': 1 }, problem: null,
    lost: [{ index: 4, end: 'NODE_FAIL', lines: [] }, { index: 7, end: 'TIMEOUT', lines: ['one', 'two'] }, { index: 8, end: 'CANCELLED', lines: [] }, ...[9, 11, 12, 13].map((index) => ({ index, end: 'gone from the queue', lines: [] }))],
  });
  // What is in the queue is not handed over again; what ended without a result is.
  await submit();
  expect(said.slice(1)).toEqual(["5 items are in Slurm's queue already", '7 items in 2 jobs, 102 to 103']);
  expect(calls().at(-2)).toContain('--array=4,7-9|');
  slurmQueue.cancel(folder, output);
  expect(calls().at(-1)).toBe('scancel|--state=PENDING|100|101|');
});

test('later rounds of halving wait for those before, of this call or an earlier one', async () => {
  const halving = { over: 'learningRate', budget: 'epochs', budgets: [1, 2, 4], metric: 'bestValLoss', goal: 'least' as const, tried: [1, 2, 3, 4], groups: 1, slots: [4, 2, 1] };
  folder.create({ format: 1, name: 'toy', experiment: 'toy', preset: 'quick', items: 7, config: {}, varied: [], halving }, '{}\n'.repeat(7));
  await submit();
  expect(calls().map((call) => /--dependency=[^|]*|--array=[^|]*/.exec(call)?.[0])).toEqual(['--array=0-3', '--dependency=afterany:100', '--dependency=afterany:101']);
  fs.writeFileSync(path.join(root, 'squeue'), '100 3 RUNNING None\n');
  await submit();
  expect(calls().slice(4).map((call) => /--dependency=[^|]*/.exec(call)?.[0])).toEqual(['--dependency=afterany:100:103', '--dependency=afterany:100:104']);
});

test('a Slurm that does not answer is said, not guessed around', async () => {
  create(2);
  await submit();
  fs.writeFileSync(path.join(root, 'bin', 'squeue'), '#!/bin/sh\necho "Unable to contact slurm controller" >&2\nexit 1\n');
  expect(slurmQueue.report(folder, 5)).toMatchObject({ problem: 'squeue: Unable to contact slurm controller', lost: [] });
  await expect(async () => submit()).rejects.toThrow('Unable to contact slurm controller');
});
