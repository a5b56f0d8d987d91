import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SweepFolder, sweepStatus } from '@cuda-activations/experiments';
import { Mt19937 } from '@cuda-activations/models';
import { runCli } from '../testing/run_cli';
import { outcomes, tinySweep } from '../testing/sweep_outcomes';
import { programCommand } from './sweep_submit';

/** `nx run cli:test-sweep-kills` runs 40 items and kills ten times. */
const KILLS = Number(process.env['KILLS'] ?? 2);
const ITEMS = Number(process.env['ITEMS'] ?? 4);
const SEED = Number(process.env['KILL_SEED'] ?? 1);
/** Longest time from the first item's start to a kill. */
const LONGEST_MS = 3000;

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sweep-kill-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

const [program = '', ...argv] = programCommand();
const submit = (target: string): string[] => [...argv, 'sweep', 'submit', target, '--processes=2'];

/** @returns false where the process is gone already */
function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Runs the sweep, and kills the main process, one of its workers, or all of them. @returns whether something was killed */
async function killed(target: string, random: Mt19937): Promise<boolean> {
  const uniform = () => random.nextUint32() / 2 ** 32;
  const main = spawn(program, submit(target), { stdio: 'ignore', detached: true });
  const sweep = new SweepFolder(target);
  let ended = false;
  const end = new Promise<void>((resolve) => main.once('exit', () => {
    ended = true;
    resolve();
  }));
  while (!ended && sweep.marked('running').length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, uniform() * LONGEST_MS));
  const who = Math.floor(uniform() * 3);
  if (ended || main.pid === undefined) return false;
  let hit: boolean;
  if (who < 2) {
    // A negative number means the whole group, which `detached` made.
    hit = kill(who === 0 ? main.pid : -main.pid, 'SIGKILL');
  } else {
    // A worker alone: the main process starts its item again, and is then asked to stop.
    const [running] = sweepStatus(sweep).runningItems;
    hit = running !== undefined && kill(running.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 500));
    kill(main.pid, 'SIGTERM');
  }
  await end;
  return hit;
}

test(`a sweep whose processes are killed ${KILLS} times ends with the results of one that was left alone`, async () => {
  const file = path.join(folder, 'kill.json');
  fs.writeFileSync(file, JSON.stringify(tinySweep(ITEMS)));
  const [whole, broken] = [path.join(folder, 'whole'), path.join(folder, 'broken')];
  for (const target of [whole, broken]) expect((await runCli('sweep', 'plan', file, `--output=${target}`)).code).toBe(0);
  const undisturbed = spawnSync(program, submit(whole), { encoding: 'utf8' });
  expect(undisturbed.status === 0 ? '' : undisturbed.stdout + undisturbed.stderr).toBe('');
  const random = new Mt19937(SEED);
  let kills = 0;
  while (kills < KILLS) {
    if (await killed(broken, random)) kills += 1;
    // All was finished before: something must be left to kill.
    else fs.rmSync(path.join(broken, 'state', 'done', '0'), { force: true });
  }
  const last = spawnSync(program, submit(broken), { encoding: 'utf8' });
  expect(last.status === 0 ? '' : last.stdout + last.stderr).toBe('');
  expect(outcomes(broken)).toHaveLength(new SweepFolder(broken).sweep.items);
  expect(outcomes(broken)).toEqual(outcomes(whole));
  const { out } = await runCli('sweep', 'collect', broken, '--json');
  expect((JSON.parse(out) as { rows: number }).rows).toBe(new SweepFolder(whole).sweep.items);
}, 120_000 + (KILLS + ITEMS) * 30_000);
