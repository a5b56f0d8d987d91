import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { UsageError } from '../config/errors';
import { prepareExperiment } from '../prepare';
import { sweepDefinition, type SweepDefinition } from './definition';
import { isWaiting, itemValues } from './item';
import { loadDefinition } from './load_definition';
import { planSweep, writePlan, type SweepPlan } from './plan';
import { slotOf, winner } from './stages';
import { SweepFolder } from './sweep_folder';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sweep-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

const plan = (definition: Omit<SweepDefinition, 'experiment'>): Promise<SweepPlan> => planSweep({ ...sweepDefinition.parse({ experiment: 'cnn-mnist', ...definition }), name: 'test' });

test('every combination of grid, list and samples, each resolved to what a call of the experiment would run', async () => {
  const { sweep, lines } = await plan({
    base: { dataset: 'synthetic', epochs: 2 },
    grid: { activations: ['relu', ['gelu', 'elu']], seeds: [1, 2] },
    list: [{ optimizers: 'sgd' }, { optimizers: ['adam'], epochs: 3 }],
    random: { count: 3, seed: 5, space: { learningRate: { low: 1e-4, high: 1e-1, scale: 'log' }, momentum: { choices: [0.5, 0.9] } } },
  });
  expect(sweep.items).toBe(2 * 2 * 2 * 3);
  expect(lines).toHaveLength(sweep.items);
  expect(lines[0]).toMatchObject({ activations: ['relu'], seeds: [1], optimizers: ['sgd'] });
  for (const line of lines) {
    const rate = Number(line['learningRate']);
    expect(rate).toBeGreaterThanOrEqual(1e-4);
    expect(rate).toBeLessThanOrEqual(1e-1);
    const { config } = await prepareExperiment('cnn-mnist', undefined, { dataset: 'synthetic', threads: 1, timingSteps: 0, epochs: 2, ...line });
    expect({ ...sweep.config, ...line }).toEqual(config);
  }
  // The same seed draws the same.
  expect((await plan({ random: { count: 3, seed: 5, space: { learningRate: { low: 1e-4, high: 1e-1, scale: 'log' } } } })).lines).toEqual((await plan({ random: { count: 3, seed: 5, space: { learningRate: { low: 1e-4, high: 1e-1, scale: 'log' } } } })).lines);
});

test('whole numbers reach both ends', async () => {
  const { lines } = await plan({ random: { count: 200, space: { epochs: { low: 1, high: 3, integer: true } } } });
  expect(lines.map(({ epochs }) => epochs).sort()).toEqual([1, 2, 3]);
});

test('a combination that comes up twice is planned once, other spellings of it too', async () => {
  const { sweep, duplicates } = await plan({ grid: { activations: ['leaky_relu', 'leakyRelu', ['leaky_relu']] } });
  expect([sweep.items, duplicates]).toEqual([1, 2]);
});

test('threads are fixed where nothing says so, as results depend on them', async () => {
  expect((await plan({})).sweep.config['threads']).toBe(1);
  expect((await plan({ base: { threads: 2 } })).sweep.config['threads']).toBe(2);
});

test.each<[Omit<SweepDefinition, 'experiment'>, RegExp]>([
  [{ base: { epoch: 3 } }, /base: unknown key "epoch" \(did you mean epochs\?\)/],
  [{ grid: { epochs: [1, 0] } }, /epochs \(definition\): expected an integer of at least 1, got 0/],
  [{ grid: { activations: ['relu', 'reluu'] } }, /unknown name "reluu"/],
  [{ preset: 'papre' }, /unknown preset "papre"/],
  [{ base: { runsDir: 'x' } }, /runsDir: a sweep sets it for every run/],
  [{ grid: { epochs: [1] }, list: [{ epochs: 2 }] }, /list: epochs is set by grid already/],
  [{ random: { count: 1, space: { learningRate: { low: 0, high: 1, scale: 'log' } } } }, /random learningRate: expected low above 0 for the scale log, got 0/],
  [{ halving: { values: [1, 2, 3], budgets: [1, 2, 4] } }, /3 values do not last 3 rounds with a reduction of 2; expected at least 4/],
  [{ halving: { values: [1, 2], budgets: [2, 1] } }, /expected rising budgets, got 2, 1/],
])('%j is refused', async (definition, message) => {
  await expect(plan(definition)).rejects.toThrow(UsageError);
  await expect(plan(definition)).rejects.toThrow(message);
});

test('the same plan again changes nothing, another one is refused', async () => {
  const first = await plan({ grid: { seeds: [1, 2] } });
  expect(writePlan(folder, first)).toBe(true);
  expect(writePlan(folder, await plan({ grid: { seeds: [1, 2] } }))).toBe(false);
  const other = await plan({ grid: { seeds: [1, 3] } });
  expect(() => writePlan(folder, other)).toThrow(/holds another sweep \(test, 2 runs\)/);
  expect(new SweepFolder(folder).values(1)).toEqual({ seeds: [2] });
  expect(() => new SweepFolder(folder).values(2)).toThrow(/index: expected an integer from 0 to 1, got 2/);
});

test('halving: each round takes the best of the one before, group by group', async () => {
  writePlan(folder, await plan({ base: { dataset: 'synthetic' }, grid: { activations: ['relu', 'gelu'] }, halving: { values: { low: 1e-4, high: 1e-1, scale: 'log', count: 4 }, budgets: [1, 3, 9] } }));
  const sweep = new SweepFolder(folder);
  expect(sweep.stages).toEqual([{ from: 0, count: 8 }, { from: 8, count: 4 }, { from: 12, count: 2 }]);
  expect(itemValues(sweep, 5)).toEqual({ activations: ['gelu'], epochs: 1, learningRate: 0.001 });
  expect(itemValues(sweep, 10)).toEqual({ open: [4, 5, 6, 7], failed: [] });
  const losses: Record<number, number | null> = { 4: 0.9, 5: 0.5, 6: null, 7: 0.5 };
  const finish = (index: number, loss: number | null) => {
    const values = itemValues(sweep, index);
    if (isWaiting(values)) throw new Error('waits');
    sweep.finish({ index, values, seconds: 1, runs: [{ id: 'x', config: {}, result: { bestValLoss: loss } }] });
  };
  for (const index of [4, 5, 6]) finish(index, losses[index] ?? null);
  sweep.fail({ index: 7, values: {}, end: 'exit code 1', lines: [] });
  // A choice among some would not be the choice.
  expect(itemValues(sweep, 10)).toEqual({ open: [7], failed: [7] });
  finish(7, 0.5);
  // Equal losses: the lower rate first.
  expect([10, 11].map((index) => itemValues(sweep, index))).toEqual([{ activations: ['gelu'], epochs: 3, learningRate: 0.001 }, { activations: ['gelu'], epochs: 3, learningRate: 0.1 }]);
  finish(10, 0.3);
  finish(11, 0.2);
  expect(itemValues(sweep, 13)).toEqual({ activations: ['gelu'], epochs: 9, learningRate: 0.1 });
  expect(itemValues(sweep, 12)).toEqual({ open: [8, 9], failed: [] });
});

test('who wins', () => {
  const rivals = [{ value: 3, score: 1 }, { value: 1, score: null }, { value: 2, score: 5 }, { value: 4, score: NaN }];
  expect([0, 1, 2, 3].map((slot) => winner(rivals, slot, 'least'))).toEqual([3, 2, 1, 4]);
  expect([0, 1, 2, 3].map((slot) => winner(rivals, slot, 'greatest'))).toEqual([2, 3, 1, 4]);
  const halving = { over: 'x', budget: 'y', budgets: [1, 2], metric: 'm', goal: 'least' as const, tried: [1, 2, 3], groups: 2, slots: [3, 1] };
  expect(slotOf(7, halving)).toEqual({ round: 1, group: 1, slot: 0, rivals: [3, 4, 5] });
});

test('definitions in JSON and TypeScript', async () => {
  const [json, typed, broken] = ['a.sweep.json', 'rates.ts', 'broken.json'].map((name) => path.join(folder, name));
  fs.writeFileSync(json ?? '', JSON.stringify({ experiment: 'cnn-mnist', grid: { seeds: [1] } }));
  fs.writeFileSync(typed ?? '', 'import { defineSweep } from "@cuda-activations/experiments";\nimport { listActivations } from "cuda-activations";\nconst seeds: number[] = [1, 2];\nexport default defineSweep({ name: "mine", experiment: "cnn-mnist", grid: { seeds, activations: listActivations("pointwise").map(({ name }) => name) } });\n');
  fs.writeFileSync(broken ?? '', JSON.stringify({ experiment: 'cnn-mnist', gird: {} }));
  expect(await loadDefinition(json ?? '')).toMatchObject({ name: 'a', grid: { seeds: [1] }, list: [{}] });
  expect(await loadDefinition(typed ?? '')).toMatchObject({ name: 'mine', grid: { seeds: [1, 2], activations: expect.arrayContaining(['gelu', 'relu']) as unknown } });
  await expect(loadDefinition(broken ?? '')).rejects.toThrow(/Unrecognized key: "gird"/);
  await expect(loadDefinition(path.join(folder, 'no.json'))).rejects.toThrow(/does not exist/);
});
