import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseActivation } from '../classification/activations';
import { classificationOptions, optionsFor } from '../classification/config';
import { PartPlan } from '../classification/part_plan';
import { readShapes, recordedEpochs } from '../classification/shape_record';
import { APL_SUBJECTS, subjectOf } from '../classification/subject';
import { presetNames, readPreset } from '../config/presets';
import { resolveOptions } from '../config/resolve';
import { AUTHORS_SEGMENTS, AUTHORS_SHAPES, authorsAplCurve, authorsDepth } from '../reference/authors_apl';
import { judgeAplCurve } from '../reference/apl_marks';
import { RunFolder } from '../runs/run_folder';
import type { EpochMetrics, RunResult } from '../train/trainer';
import { runApl } from './run';
import { populationOf } from './shape_statistics';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'apl-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

const TINY = { dataset: 'synthetic', syntheticTrain: 60, syntheticTest: 16, optimizers: ['adam'], epochs: 2, batchSize: 16, patience: 0, timingSteps: 0, gradientNorms: 'off', depths: [2], weightDecay: 0.001 };

async function run(experiment: string, name: string, more: Record<string, unknown>, polls = Infinity): Promise<string> {
  let looks = 0;
  const config = classificationOptions.parse({ ...TINY, ...more, runsDir: path.join(folder, name) });
  await runApl(subjectOf(experiment), config, {
    name: experiment, preset: 'quick', command: `activations run ${experiment} --runsDir=${folder}`, print: () => undefined, report: true, interrupted: () => (++looks > polls ? 'SIGINT' : undefined),
  });
  return path.join(folder, name, experiment);
}

function outcome(runs: string): unknown {
  return fs.readdirSync(runs).filter((id) => id !== 'report').map((id) => {
    const kept = new RunFolder<unknown, RunResult>(path.join(runs, id));
    const shapes = recordedEpochs(kept.folder).map((epoch) => readShapes(kept.folder, epoch));
    return { id, shapes, result: { ...kept.result(), seconds: 0, processorSeconds: 0 }, metrics: kept.metrics<EpochMetrics>().map((line) => ({ ...line, seconds: 0, processorSeconds: 0 })) };
  });
}

test.each(APL_SUBJECTS)('every preset of $experiment is valid and has runs of its own', (subject) => {
  const names = presetNames(subject.experiment);
  expect(names).toEqual(expect.arrayContaining(['quick', 'paper', 'corrected']));
  for (const name of names) {
    const config = classificationOptions.parse(resolveOptions(optionsFor(subject.model), [{ name, values: readPreset(subject.experiment, name) }]));
    for (const activation of config.activations) expect(parseActivation(activation).label).toBe(activation);
    const open = new PartPlan({ subject, config: { ...config, runsDir: folder }, dataset: { name: 'cifar10', hash: '', train: { count: 50_000 } } }).open();
    expect(new Set(open.map(({ key }) => key)).size).toBe(config.activations.length * config.seeds.length);
    expect(new Set(open.map(({ task }) => task.plan.id)).size).toBe(open.length);
    if (name === 'paper') expect(open.map(({ task }) => task.trainCount)).toEqual(open.map(() => 50_000));
  }
});

test('with crops, flips, decay and a schedule, a run that was interrupted gives the numbers and the shapes of one that was not', async () => {
  const options = { activations: ['apl:segments=2'], optimizers: ['sgd'], augmentation: 'all', evaluatedOn: 'test', momentumStart: 0.5, rateDrops: [0.5], hingeDecay: 0.01, aplInitialization: 'park' };
  const whole = outcome(await run('apl-depth', 'whole', options));
  await expect(run('apl-depth', 'stopped', options, 6)).rejects.toThrow(/interrupted by SIGINT/);
  expect(outcome(await run('apl-depth', 'stopped', options))).toEqual(whole);
  const [{ shapes }] = whole as [{ shapes: Record<string, { a: Float32Array }>[] }];
  expect(shapes).toHaveLength(3);
  expect(shapes[2]?.['act2']?.a).not.toEqual(shapes[0]?.['act2']?.a);
}, 120_000);

test('several depths are one report with figures, tables and an export', async () => {
  const results = path.join(folder, 'results');
  const runs = await run('apl-depth', 'depths', { activations: ['apl:segments=1', 'relu'], depths: [2, 3], epochs: 1, resultsDir: results });
  const report = fs.readFileSync(path.join(runs, 'report', 'report.md'), 'utf8');
  expect(report).toContain('## 2 convolutions');
  expect(report).toContain('## 3 convolutions');
  expect(fs.readdirSync(path.join(runs, 'report', 'figures'))).toEqual(expect.arrayContaining(['depth-train.svg', 'depth-evaluated.png']));
  expect(fs.readFileSync(path.join(runs, 'report', 'depth3-hinges.csv'), 'utf8')).toContain('act3');
  expect(fs.readdirSync(results).sort()).toEqual(['apl-depth-2.json', 'apl-depth-3.json', 'figures', 'report.md']);
  const exported = JSON.parse(fs.readFileSync(path.join(results, 'apl-depth-2.json'), 'utf8')) as { about: { commands: string[] }; runs: { shapes?: Record<string, { vShare: number }[]> }[] };
  expect(exported.about.commands).toEqual([expect.stringMatching(/^activations run apl-depth --preset=quick --dataset=synthetic .*--activations=apl:segments=1,relu .*--runsDir=DIR --depths=2,3 .*--resultsDir=DIR$/)]);
  expect(report).not.toContain(folder);
  expect(exported.runs[0]?.shapes?.['act1']).toHaveLength(2);
}, 120_000);

test("the authors' numbers are those of the dossier", () => {
  expect(AUTHORS_SEGMENTS.map(({ testAccuracy }) => testAccuracy)).toEqual([69.64, 77.53, 76.51, 81.24, 80.65, 81.33]);
  expect(authorsAplCurve('apl')?.at(-1)).toEqual({ epoch: 10, trainLoss: 0.7619, testLoss: 0.7134, testAccuracy: 75.98 });
  expect(authorsAplCurve('gelu')).toBeUndefined();
  expect(authorsDepth(7, 'relu', 10)).toEqual({ train: 72.8, test: 72.7 });
  expect(authorsDepth(7, 'relu', 5)).toBeUndefined();
  expect(AUTHORS_SHAPES['act3']).toMatchObject({ units: 256 });
  expect(AUTHORS_SHAPES['act3']?.vShare.at(-1)).toBeCloseTo(0.7227, 3);
});

test('a curve is judged by its mean and its end', () => {
  expect(judgeAplCurve([50, 60], [52, 62])).toMatchObject({ passed: true });
  expect(judgeAplCurve([50, 60], [50, 64])).toMatchObject({ passed: false });
  expect(judgeAplCurve([50, 60, 70], [60, 60, 70])).toMatchObject({ passed: false });
});

test('a population by hand', () => {
  const population = populationOf({ segments: 2, units: 2, unitShape: [2], a: Float32Array.of(0.5, -1, 0.25, 0), b: Float32Array.of(0, 1, 2, 3) });
  expect(population).toMatchObject({ units: 2, vShare: 0.5, meanLeftSlope: 0.125 });
  expect(population.hingeQuantiles[2]).toBe(1.5);
});
