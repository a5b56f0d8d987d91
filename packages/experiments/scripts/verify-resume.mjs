#!/usr/bin/env node
// `nx run experiments:verify-resume --dataDir=DIR [--experiment=cnn-mnist] [--epochs=2] [--kills=20] [--seed=1] [--resultFile=FILE]`: trains a run of preset `paper`,
// and a copy of it whose first weight is moved by 1e-6, on the real images, left alone and killed with SIGKILL again and again, at random moments and while a
// checkpoint is being replaced. Fails unless every number of every epoch and of the test is the same, bit for bit.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const { Mt19937 } = require('@cuda-activations/models');
const { describeEnvironment } = require('../dist/src/runs/environment.js');
const { textTable } = require('../dist/src/report/table.js');

const OPTIONS = { dataDir: '', experiment: 'cnn-mnist', epochs: '2', kills: '20', seed: '1', resultFile: '' };
const { values: options } = parseArgs({ options: Object.fromEntries(Object.entries(OPTIONS).map(([name, value]) => [name, { type: 'string', default: value }])) });
const KILLS = Number(options.kills);
/** Of all kills at least so many while a checkpoint was being replaced. */
const IN_CHECKPOINTS = Math.ceil(KILLS / 4);
/** Longest time from the loaded data to a kill at random, and most checkpoints before one that is aimed at. */
const [LONGEST_MS, MOST_CHECKPOINTS] = [4000, 6];
/** Files whose appearance a kill can be aimed at, in the order in which a checkpoint makes them. */
const AIMS = [/^arrays-\d+\.safetensors\.tmp$/, /^arrays-\d+\.safetensors$/, /^state\.json\.tmp$/, /^state\.json$/];

const main = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'verify-resume-'));
const random = new Mt19937(Number(options.seed));
const draw = (below) => (random.nextUint32() / 2 ** 32) * below;

/** The folders of runs that are not finished. */
function openRuns(runsDir) {
  const runs = path.join(runsDir, options.experiment);
  if (!fs.existsSync(runs)) return [];
  return fs.readdirSync(runs).map((id) => path.join(runs, id)).filter((run) => fs.existsSync(path.join(run, 'config.json')) && !fs.existsSync(path.join(run, 'DONE')));
}

/** Calls `seen` with the name of every file that appears in the checkpoint of a run, also of one that begins later. @returns a function that stops */
function watchCheckpoints(runsDir, seen) {
  const watchers = new Map();
  const look = () => {
    for (const run of openRuns(runsDir)) {
      const checkpoint = path.join(run, 'checkpoint');
      if (!watchers.has(checkpoint) && fs.existsSync(checkpoint)) watchers.set(checkpoint, fs.watch(checkpoint, (_, name) => { seen(name ?? ''); }));
    }
  };
  look();
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
}

/** Where a kill struck, by what it left. */
function placeOf(runsDir) {
  for (const run of openRuns(runsDir)) {
    const names = fs.existsSync(path.join(run, 'checkpoint')) ? fs.readdirSync(path.join(run, 'checkpoint')) : [];
    if (names.some((name) => AIMS[0].test(name))) return 'in a checkpoint: arrays half written';
    if (names.some((name) => AIMS[2].test(name))) return 'in a checkpoint: state half written';
    const arrays = names.filter((name) => AIMS[1].test(name)).sort((a, b) => numberOf(a) - numberOf(b));
    const state = names.includes('state.json') ? JSON.parse(fs.readFileSync(path.join(run, 'checkpoint', 'state.json'), 'utf8')) : undefined;
    if (arrays.length > 1 || (arrays.length === 1 && !state)) return state?.arrays === arrays.at(-1) ? 'in a checkpoint: old arrays not removed yet' : 'in a checkpoint: new arrays, old state';
    const metrics = path.join(run, 'metrics.jsonl');
    if (fs.existsSync(metrics) && fs.statSync(metrics).size > (state?.state.metricsLength ?? 0)) return 'after the line of an epoch, before its checkpoint';
  }
  return 'elsewhere';
}

const numberOf = (name) => Number(/\d+/.exec(name)[0]);

/** Trains in a process of its own, which `kill` may end. @returns whether it was killed */
async function train(runsDir, kill) {
  const given = { preset: 'paper', dataset: options.experiment.endsWith('mnist') ? 'mnist' : 'cifar10', dataDir: options.dataDir, activations: 'leaky_relu', optimizers: 'adam', epochs: options.epochs, perturbations: '0,0.000001', checkpointSeconds: '0.2', processes: '1', runsDir };
  const child = spawn(process.execPath, [main, options.experiment, ...Object.entries(given).map(([name, value]) => `--${name}=${value}`)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const strike = () => child.exitCode === null && child.kill('SIGKILL');
  let said = '';
  let timer, stop;
  const listen = (text) => {
    said += text;
    if (kill?.afterMs !== undefined && timer === undefined && said.includes('data: ')) timer = setTimeout(strike, kill.afterMs);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  if (kill?.aim) {
    let left = kill.after;
    stop = watchCheckpoints(runsDir, (name) => { if (kill.aim.test(name) && left-- === 0) strike(); });
  }
  const { code, signal } = await new Promise((resolve) => child.once('close', (code, signal) => { resolve({ code, signal }); }));
  clearTimeout(timer);
  stop?.();
  if (signal === 'SIGKILL') return true;
  if (code !== 0) throw new Error(`training ended with exit code ${code}:\n${said}`);
  return false;
}

/** Everything that a finished run says, without times, by run. */
function outcomes(runsDir) {
  const runs = path.join(runsDir, options.experiment);
  const timeless = (text) => JSON.stringify(JSON.parse(text), (key, value) => (key === 'seconds' || key === 'processorSeconds' ? undefined : value));
  return Object.fromEntries(
    fs.readdirSync(runs).filter((id) => fs.existsSync(path.join(runs, id, 'DONE'))).map((id) => {
      const read = (name) => fs.readFileSync(path.join(runs, id, name), 'utf8');
      return [id, [...read('metrics.jsonl').trimEnd().split('\n'), read('DONE')].map(timeless)];
    }),
  );
}

const numbersIn = (lines) => lines.flatMap((line) => line.match(/(?<=:)-?\d[\d.e+-]*/g) ?? []);

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

async function verify() {
  const whole = path.join(folder, 'whole');
  await train(whole);
  const expected = outcomes(whole);
  const [left, moved] = Object.values(expected).map(numbersIn);
  const different = left.filter((number, i) => number !== moved[i]).length;
  console.log(`left alone: ${Object.keys(expected).join(', ')}; ${left.length} numbers each, of which the weight that was moved by 1e-6 changes ${different}`);
  if (!(different > left.length / 2)) fail('a difference the size of rounding is not seen, so the comparison says nothing');

  const places = new Map();
  const count = (filter) => [...places].reduce((sum, [place, kills]) => sum + (filter(place) ? kills : 0), 0);
  const wanted = () => count(() => true) < KILLS || count((place) => place.startsWith('in a checkpoint')) < IN_CHECKPOINTS;
  let rounds = 0;
  // Runs that end before there were enough kills are compared, and others begin.
  while (wanted()) {
    const runsDir = path.join(folder, `killed-${++rounds}`);
    for (let kills = 0; ; kills++) {
      const kill = kills % 3 === 0 ? { afterMs: draw(LONGEST_MS) } : { aim: AIMS[Math.floor(draw(AIMS.length))], after: Math.floor(draw(MOST_CHECKPOINTS)) };
      if (!(await train(runsDir, wanted() ? kill : undefined))) break;
      const place = placeOf(runsDir);
      places.set(place, (places.get(place) ?? 0) + 1);
      console.log(`kill ${count(() => true)}: ${place}`);
    }
    const equal = JSON.stringify(outcomes(runsDir)) === JSON.stringify(expected);
    console.log(`round ${rounds}: ${equal ? 'the same numbers, bit for bit' : 'OTHER NUMBERS'}`);
    if (!equal) fail(JSON.stringify({ expected, found: outcomes(runsDir) }, null, 2));
  }
  const rows = [...places].sort(([a], [b]) => a.localeCompare(b)).map(([place, kills]) => [place, String(kills)]);
  console.log(textTable({ header: ['killed', 'times'], rows }));
  if (options.resultFile !== '') {
    const command = `npx nx run experiments:verify-resume ${Object.keys(OPTIONS).filter((name) => options[name] !== '' && options[name] !== OPTIONS[name]).map((name) => `--${name}=${/Dir|File/.test(name) ? (name === 'dataDir' ? 'DIR' : 'FILE') : options[name]}`).join(' ')}`;
    const result = { command, environment: describeEnvironment({}), runs: Object.keys(expected), numbersOfEach: left.length, changedByMovingAWeight: different, rounds, kills: Object.fromEntries(places), same: process.exitCode !== 1 };
    fs.writeFileSync(options.resultFile, `${JSON.stringify(result, null, 2)}\n`);
  }
}

try {
  await verify();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
