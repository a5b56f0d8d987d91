import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Interrupted } from '../runs/interrupt';
import { RunFolder } from '../runs/run_folder';
import { PROGRESS_FILE, readStepRecord } from '../runs/step_record';
import { toyRun } from './testing/toy_run';
import type { EpochMetrics, RunResult } from './trainer';

// Every checkpoint waits for the disk, which may be busy.
jest.setTimeout(120_000);

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trainer-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

/** What a run leaves, without the times. */
function outcome(run: string): unknown {
  const kept = new RunFolder<unknown, RunResult>(run);
  return { result: { ...kept.result(), seconds: 0, processorSeconds: 0 }, metrics: kept.metrics<EpochMetrics>().map((line) => ({ ...line, seconds: 0, processorSeconds: 0 })) };
}

test('a run leaves one line an epoch, its result, and no checkpoint', async () => {
  const result = await toyRun(path.join(folder, 'run'));
  const run = new RunFolder<unknown, RunResult>(path.join(folder, 'run'));
  const metrics = run.metrics<EpochMetrics>();
  expect(metrics.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(Object.keys(metrics[0] ?? {})).toEqual(['epoch', 'trainLoss', 'valLoss', 'trainAccuracy', 'valAccuracy', 'valF1', 'seconds', 'processorSeconds', 'steps', 'gradientNorms']);
  expect(metrics[3]?.trainLoss).toBeLessThan(metrics[0]?.trainLoss ?? 0);
  expect(metrics[0]?.gradientNorms?.['line.weight']).toBeGreaterThan(0);
  expect(run.status()).toBe('done');
  expect(run.result()).toEqual(result);
  expect(run.checkpoint.exists()).toBe(false);
  expect(fs.existsSync(path.join(run.folder, PROGRESS_FILE))).toBe(false);
});

test('while it trains, a run says how far it is', async () => {
  const run = path.join(folder, 'run');
  let signal: NodeJS.Signals | undefined;
  await expect(toyRun(run, {}, { interrupted: () => signal, onStep: () => { signal = 'SIGINT'; } })).rejects.toThrow(Interrupted);
  const { step, steps, loss } = readStepRecord(run, fs.readFileSync(path.join(run, PROGRESS_FILE), 'utf8'));
  expect([step, steps]).toEqual([1, 28]);
  expect(loss).toBeGreaterThan(0);
});

test('interrupted after any step, a resumed run gives the numbers of an uninterrupted one', async () => {
  await toyRun(path.join(folder, 'whole'));
  const expected = outcome(path.join(folder, 'whole'));
  for (let stop = 1; stop <= 28; stop += 3) {
    const run = path.join(folder, `stopped-${stop}`);
    let signal: NodeJS.Signals | undefined;
    const stopped = toyRun(run, {}, { interrupted: () => signal, onStep: (done) => { if (done === stop) signal = 'SIGINT'; } });
    await expect(stopped).rejects.toThrow(Interrupted);
    expect(new RunFolder(run).status()).toBe('interrupted');
    await toyRun(run);
    expect(outcome(run)).toEqual(expected);
  }
});

test('killed with SIGKILL again and again, a run still ends with the same numbers', async () => {
  await toyRun(path.join(folder, 'whole'));
  const run = path.join(folder, 'killed');
  let kills = 0;
  for (let attempt = 0; attempt < 40 && new RunFolder(run).status() !== 'done'; attempt++) {
    const child = spawn(process.execPath, [path.join(__dirname, 'testing', 'toy_process.cjs'), run, '2'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let steps = 0;
    // Killed at a moment that no one chose: between two steps, in a checkpoint, in the metrics.
    child.stdout.on('data', (text: Buffer) => {
      steps += text.toString().trim().split('\n').length;
      if (steps >= 3 + (attempt % 4)) setTimeout(() => child.kill('SIGKILL'), attempt % 5);
    });
    const signal = await new Promise((resolve) => child.once('exit', (_, name) => { resolve(name); }));
    if (signal === 'SIGKILL') kills += 1;
  }
  expect(kills).toBeGreaterThan(2);
  expect(outcome(run)).toEqual(outcome(path.join(folder, 'whole')));
});

test('a second process is kept out, with the owner named', async () => {
  const run = path.join(folder, 'run');
  const unlock = new RunFolder(run).open({ toy: true }, {});
  await expect(toyRun(run)).rejects.toThrow(new RegExp(`in use by process ${process.pid}`));
  unlock();
  await toyRun(run);
});

test('another configuration does not take a folder over', async () => {
  const run = path.join(folder, 'run');
  new RunFolder(run).open({ toy: false }, {})();
  await expect(toyRun(run)).rejects.toThrow(/another configuration/);
});

test('early stopping ends training, and the best weights are tested where asked for', async () => {
  const options = { epochs: 60, patience: 2, batchSize: 1 };
  const last = await toyRun(path.join(folder, 'last'), options);
  const best = await toyRun(path.join(folder, 'best'), { ...options, testWeights: 'best' });
  expect(last.stoppedEarly).toBe(true);
  expect(last.epochs).toBe(last.bestEpoch + 2);
  expect(best.bestEpoch).toBe(last.bestEpoch);
  expect(best.test?.loss).not.toBe(last.test?.loss);
});

test('steps limits an epoch', async () => {
  await toyRun(path.join(folder, 'run'), { steps: 2, epochs: 1 });
  expect(new RunFolder(path.join(folder, 'run')).metrics<EpochMetrics>()[0]?.steps).toBe(2);
});

test('gradient norms are those of the last batch, or the mean over the epoch, also across an interruption', async () => {
  const norms = (run: string) => new RunFolder(path.join(folder, run)).metrics<EpochMetrics>().map(({ gradientNorms }) => gradientNorms?.['line.weight']);
  // With one batch an epoch the two are the same.
  for (const gradientNorms of ['last', 'mean'] as const) await toyRun(path.join(folder, `one-${gradientNorms}`), { batchSize: 40, gradientNorms });
  expect(norms('one-mean')).toEqual(norms('one-last'));
  await toyRun(path.join(folder, 'last'));
  await toyRun(path.join(folder, 'mean'), { gradientNorms: 'mean' });
  expect(norms('mean')).not.toEqual(norms('last'));
  let signal: NodeJS.Signals | undefined;
  const stopped = toyRun(path.join(folder, 'stopped'), { gradientNorms: 'mean' }, { interrupted: () => signal, onStep: (done) => { if (done === 10) signal = 'SIGINT'; } });
  await expect(stopped).rejects.toThrow(Interrupted);
  await toyRun(path.join(folder, 'stopped'), { gradientNorms: 'mean' });
  expect(norms('stopped')).toEqual(norms('mean'));
  await toyRun(path.join(folder, 'off'), { gradientNorms: 'off' });
  expect(norms('off')[0]).toBeUndefined();
});

test('a run that only chooses between settings does not touch the test part', async () => {
  expect((await toyRun(path.join(folder, 'run'), { test: false })).test).toBeNull();
});

test('a curve over the steps: means of windows, the rest of an epoch, the same after an interruption', async () => {
  const traces = (run: string) => new RunFolder(path.join(folder, run)).metrics<EpochMetrics>().map(({ trace }) => trace);
  await toyRun(path.join(folder, 'single'), { traceSteps: 1 });
  await toyRun(path.join(folder, 'windows'), { traceSteps: 3 });
  const [single, windows] = [traces('single'), traces('windows')];
  // Seven steps an epoch: points after 3, 6 and 7.
  expect(windows[1]?.map(({ step }) => step)).toEqual([10, 13, 14]);
  const losses = single[1]?.slice(0, 3).map(({ loss }) => loss) ?? [];
  expect(windows[1]?.[0]?.loss).toBeCloseTo((losses[0] ?? 0) / 3 + (losses[1] ?? 0) / 3 + (losses[2] ?? 0) / 3, 12);
  expect(windows[1]?.[2]).toEqual(single[1]?.[6]);
  let signal: NodeJS.Signals | undefined;
  await expect(toyRun(path.join(folder, 'cut'), { traceSteps: 3 }, { interrupted: () => signal, onStep: (done) => { if (done === 11) signal = 'SIGINT'; } })).rejects.toThrow(Interrupted);
  await toyRun(path.join(folder, 'cut'), { traceSteps: 3 });
  expect(traces('cut')).toEqual(windows);
});

test('counts of true and predicted classes are kept where they are asked for', async () => {
  const result = await toyRun(path.join(folder, 'counts'), { confusion: true });
  expect(result.test?.confusion?.reduce((sum, count) => sum + count, 0)).toBe(10);
  expect((await toyRun(path.join(folder, 'without'))).test).not.toHaveProperty('confusion');
});
