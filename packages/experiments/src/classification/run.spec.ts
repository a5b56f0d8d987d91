import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { Interrupted } from '../runs/interrupt';
import { RunFolder } from '../runs/run_folder';
import type { EpochMetrics, RunResult } from '../train/trainer';
import { classificationOptions, type ClassificationConfig } from './config';
import { runClassification } from './run';
import { subjectOf } from './subject';

const SUBJECT = subjectOf('cnn-cifar');
const SMALL = { dataset: 'synthetic', syntheticTrain: 400, syntheticTest: 96, activations: ['elu'], optimizers: ['adam'], epochs: 2, batchSize: 32, timingSteps: 0 };

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'classification-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

/** Runs in `name`; a signal comes in after `polls` looks at it. */
async function run(name: string, more: Record<string, unknown> = {}, polls = Infinity): Promise<string[]> {
  const lines: string[] = [];
  const config: ClassificationConfig = classificationOptions.parse({ ...SMALL, ...more, runsDir: path.join(folder, name) });
  let looks = 0;
  await runClassification(SUBJECT, config, {
    name: 'cnn-cifar', preset: 'quick', command: 'activations run cnn-cifar --again',
    print: (line) => { lines.push(line); },
    report: true,
    interrupted: () => (++looks > polls ? 'SIGINT' : undefined),
  });
  return lines;
}

/** Metrics and result of each run, without the times. */
function outcomes(name: string): unknown[] {
  const runs = path.join(folder, name, 'cnn-cifar');
  return fs
    .readdirSync(runs)
    .filter((id) => id !== 'report' && id !== 'timing')
    .map((id) => {
      const kept = new RunFolder<unknown, RunResult>(path.join(runs, id));
      return { id, result: { ...kept.result(), seconds: 0, processorSeconds: 0 }, metrics: kept.metrics<EpochMetrics>().map((line) => ({ ...line, seconds: 0, processorSeconds: 0 })) };
    });
}

test.each(['sgd', 'adam'])('the CNN with %s, interrupted in an epoch, gives the numbers of an uninterrupted run to the last bit', async (optimizer) => {
  await run('whole', { optimizers: [optimizer] });
  for (const polls of [3, 14]) {
    await expect(run(`stopped-${polls}`, { optimizers: [optimizer] }, polls)).rejects.toThrow(/interrupted by SIGINT; the checkpoint is in .*checkpoint\nto go on from there: activations run cnn-cifar --again/);
    expect((await run(`stopped-${polls}`, { optimizers: [optimizer] })).join('\n')).toMatch(/resumes after step \d+ of 20/);
    expect(outcomes(`stopped-${polls}`)).toEqual(outcomes('whole'));
  }
}, 120_000);

test('finished runs are skipped, and a wider list trains only what is new', async () => {
  await run('runs');
  const [before] = outcomes('runs');
  const lines = await run('runs', { activations: ['elu', 'relu'] });
  expect(lines.join('\n')).toContain('1 of 2 runs are finished already');
  expect(outcomes('runs')).toHaveLength(2);
  expect(outcomes('runs')).toContainEqual(before);
}, 120_000);


test('steps are timed fused and stock, the report has both, and no tensor is left', async () => {
  await run('warm', { epochs: 1, steps: 2 });
  const before = tf.memory().numTensors;
  const lines = await run('runs', { epochs: 1, steps: 2, timingSteps: 3 });
  expect(lines.join('\n')).toMatch(/ms\/step fused +ms\/step stock +stock\/fused/);
  expect(fs.readFileSync(path.join(folder, 'runs', 'cnn-cifar', 'report', 'report.md'), 'utf8')).toContain('embedded procedural images');
  expect(tf.memory().numTensors).toBe(before);
}, 120_000);

test('learning rates are chosen on validation data before the runs of every seed, and copies differ by the moved weight', async () => {
  const options = { optimizers: ['sgd', 'adam'], sgdRates: [0.001, 0.05], learningRate: 0.002, tuningEpochs: 1, tuningSeed: 9, seeds: [1, 2], epochs: 1, initialization: 'suited', testWeights: 'best', gradientNorms: 'mean', activations: ['relu', 'apl'] };
  const lines = await run('tuned', options);
  expect(lines[lines.findIndex((line) => line.startsWith('learning rates first'))]).toBe('learning rates first; then 8 runs with those chosen');
  const runs = fs.readdirSync(path.join(folder, 'tuned', 'cnn-cifar')).filter((id) => id !== 'report' && id !== 'timing');
  // Two rates for each activation with SGD, none for Adam, then two activations x two optimisers x two seeds.
  expect(runs.filter((id) => id.includes('tuning'))).toHaveLength(4);
  expect(runs.filter((id) => !id.includes('tuning'))).toHaveLength(8);
  const kept = (id: string) => new RunFolder<unknown, RunResult>(path.join(folder, 'tuned', 'cnn-cifar', id));
  for (const id of runs) expect([id, kept(id).result()?.test === null]).toEqual([id, id.includes('tuning')]);
  const report = fs.readFileSync(path.join(folder, 'tuned', 'cnn-cifar', 'report', 'report.md'), 'utf8');
  expect(report).toMatch(/\| apl \| (0.001|0.05) \| 2 \| /);
  expect(report).toContain('validation loss at 0.05');
  expect(report).toContain('difference to relu');
  await run('moved', { epochs: 1, perturbations: [0, 1e-3] });
  const losses = outcomes('moved').map((outcome) => (outcome as { metrics: readonly EpochMetrics[] }).metrics[0]?.trainLoss);
  expect(new Set(losses).size).toBe(2);
}, 120_000);

test('Interrupted carries the exit code of its signal', () => {
  expect([new Interrupted('SIGINT').exitCode, new Interrupted('SIGTERM').exitCode]).toEqual([130, 143]);
});
