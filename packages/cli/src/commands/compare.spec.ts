import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCli } from '../testing/run_cli';

let runs: string;
beforeEach(() => { runs = fs.mkdtempSync(path.join(os.tmpdir(), 'compare-')); });
afterEach(() => { fs.rmSync(runs, { recursive: true, force: true }); });

/** A finished run as experiments leave it. */
function finishedRun(activation: string, seed: number, accuracy: number, more: Readonly<Record<string, unknown>> = {}): string {
  const folder = path.join(runs, 'toy', `${activation}-${seed}-${Object.values(more).join('-')}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ experiment: 'toy', activation, parameters: {}, seed, optimizer: 'sgd', learningRate: seed, ...more }));
  fs.writeFileSync(path.join(folder, 'metrics.jsonl'), [2, 1].map((loss, i) => `${JSON.stringify({ epoch: i + 1, valLoss: loss * accuracy })}\n`).join(''));
  fs.writeFileSync(path.join(folder, 'DONE'), JSON.stringify({ test: { accuracy, loss: 1, f1: 1 }, epochs: 2 }));
  return folder;
}

test('two activations: paired by seed, other configurations apart', async () => {
  // Differences 1, 2, 3: mean 2, sd 1, t = 2 sqrt(3) with two degrees of freedom.
  [[0, 51], [1, 53], [2, 55]].forEach(([seed = 0, accuracy = 0]) => { finishedRun('gelu', seed, accuracy); finishedRun('relu', seed, 50 + seed); });
  finishedRun('gelu', 7, 99);
  finishedRun('gelu', 0, 10, { optimizer: 'adam' });
  const { code, out } = await runCli('compare', 'gelu', 'relu', `--runsDir=${runs}`, '--json');
  expect(code).toBe(0);
  const { groups, functions } = JSON.parse(out) as { groups: { seeds: number[]; a: { count: number }; comparison: { difference: number; p: number; interval: number[] } }[]; functions: { value: { largest: number } } };
  expect(groups).toHaveLength(1);
  expect(groups[0]?.seeds).toEqual([0, 1, 2]);
  expect(groups[0]?.a.count).toBe(4);
  expect(groups[0]?.comparison.difference).toBeCloseTo(2, 12);
  // F(t) of Student's t with two degrees of freedom in closed form: p = 1 - t / sqrt(2 + t^2); its 97.5 % quantile is 4.30265.
  expect(groups[0]?.comparison.p).toBeCloseTo(1 - Math.sqrt(12) / Math.sqrt(14), 10);
  expect(groups[0]?.comparison.interval[1]).toBeCloseTo(2 + 4.302652729749 / Math.sqrt(3), 6);
  // max |x Phi(x) - relu(x)|, at x with Phi(-x) = x phi(x): 0.1699712 at 0.7517916.
  expect(functions.value.largest).toBeCloseTo(0.16997, 4);
  expect((await runCli('compare', 'gelu', 'relu', `--runsDir=${runs}`)).out).toMatch(/toy, sgd .*\+2\.0000/);
});

test('two runs: what differs, what they found, epoch by epoch', async () => {
  const [a, b] = [finishedRun('gelu', 0, 60), finishedRun('relu', 0, 50)];
  const { code, out } = await runCli('compare', a, b, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    configuration: [{ name: 'activation', a: 'gelu', b: 'relu' }],
    epochs: [{ metric: 'valLoss', compared: 2, aLower: 0, bLower: 2, meanDifference: 15 }],
  });
  expect((await runCli('compare', a, b)).out).toMatch(/test\.accuracy +60 +50 +10/);
});

test.each([
  [['compare', 'gelu', 'rleu'], /unknown name "rleu"; did you mean "relu"/],
  [['compare', 'gelu', 'elu:alfa=1'], /elu: unknown parameter "alfa"; did you mean "alpha"/],
  [['compare', 'gelu'], /missing required argument 'b'/],
])('%j is refused', async (argv, message) => {
  const { code, err } = await runCli(...argv);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('a gated activation is compared by its runs alone', async () => {
  expect((await runCli('compare', 'swiglu', 'gelu', `--runsDir=${runs}`)).out).toContain('only runs can be compared');
});
