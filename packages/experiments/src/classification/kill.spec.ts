import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Mt19937 } from '@cuda-activations/models';
import { RunFolder } from '../runs/run_folder';
import type { EpochMetrics, RunResult } from '../train/trainer';

/** `KILLS=40 KILL_SEED=7 npx jest -c jest.config.cjs src/classification/kill` kills more often and at other moments. */
const KILLS = Number(process.env['KILLS'] ?? 3);
const SEED = Number(process.env['KILL_SEED'] ?? 1);
/** Longest time that a process trains before it is killed: about that of the whole list without a kill. */
const LONGEST_MS = 1500;

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kill-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

/** Metrics and result of each run, without the times. */
function outcomes(runsDir: string): unknown[] {
  const runs = path.join(runsDir, 'cnn-cifar');
  return fs
    .readdirSync(runs)
    .filter((id) => id !== 'report')
    .sort()
    .map((id) => {
      const kept = new RunFolder<unknown, RunResult>(path.join(runs, id));
      return { id, result: { ...kept.result(), seconds: 0, processorSeconds: 0 }, metrics: kept.metrics<EpochMetrics>().map((line) => ({ ...line, seconds: 0, processorSeconds: 0 })) };
    });
}

/** Who is killed: the process that was started, which may make runs itself, or its workers with it, as when a machine stops. */
type Killed = 'the process alone' | 'its workers too';

/** Trains in a process of its own, which is killed `afterMs` after its data are loaded. @returns how it ended */
async function train(runsDir: string, processes: number, who: Killed = 'the process alone', afterMs?: number): Promise<{ killed: boolean; code: number | null; said: string }> {
  const child = spawn(process.execPath, [path.join(__dirname, 'testing', 'tiny_run.cjs'), runsDir, String(processes)], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  const kill = () => {
    // A negative number means the whole group, which `detached` made.
    if (child.pid !== undefined && child.exitCode === null) process.kill(who === 'the process alone' ? child.pid : -child.pid, 'SIGKILL');
  };
  const listen = (text: Buffer) => {
    said += text.toString();
    if (afterMs !== undefined && timer === undefined && said.includes('data: ')) timer = setTimeout(kill, afterMs);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve) => child.once('close', (code, signal) => { resolve({ code, signal }); }));
  clearTimeout(timer);
  return { killed: ended.signal === 'SIGKILL', code: ended.code, said };
}

test.each([[1, 'the process alone'], [2, 'the process alone'], [2, 'its workers too']] as const)('%d at a time, %s killed with SIGKILL at random moments, runs end with the numbers of runs that were left alone', async (processes, who) => {
  const whole = path.join(folder, 'whole');
  expect((await train(whole, 1)).code).toBe(0);
  const random = new Mt19937(SEED + processes);
  const killed = path.join(folder, 'killed');
  let kills = 0;
  while (kills < KILLS) {
    const attempt = await train(killed, processes, who, (random.nextUint32() / 2 ** 32) * LONGEST_MS);
    // What was finished in time is removed, so that the next attempt has something to kill.
    if (attempt.killed) kills += 1;
    else fs.rmSync(killed, { recursive: true, force: true });
  }
  // Workers of a killed process write a checkpoint and end; until then they hold their folders.
  let last = await train(killed, processes);
  for (let i = 0; i < 20 && last.code !== 0 && last.said.includes('in use by process'); i++) last = await train(killed, processes);
  expect(last.code === 0 ? '' : last.said).toBe('');
  expect(outcomes(killed)).toEqual(outcomes(whole));
}, 60_000 + KILLS * 20_000);
