import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { encodeArrays, readArrays } from '../../runs/safetensors';
import { disagreements, lossSpread } from './agreement';
import { makeBatches } from './batches';
import type { ArmName } from './arms';
import { createModel } from './create_model';
import { hasApl, isBert, MODELS, type ModelName, type NetworkName } from './models';
import { describeLayers, type Network } from './network';
import type { MemoryAnswer, RunAnswer, SharedFiles, StepSubject } from './protocol';
import { StepArm } from './step_arm';
import { stockNetwork } from './stock_network';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-steps-spec-'));
const files: SharedFiles = { network: path.join(folder, 'network.json'), weights: path.join(folder, 'weights'), batches: path.join(folder, 'batches') };
const network = (model: ModelName): NetworkName => ({ model, segments: hasApl(model) ? 2 : null });
const subject = (model: ModelName): StepSubject => ({ ...network(model), seed: 3, learningRate: 0.01, momentum: 0.9, files });

const writeBatches = (model: ModelName): void => { fs.writeFileSync(files.batches, Buffer.concat(encodeArrays(makeBatches(model, { batchSize: 2, tokens: 6 }, 3)))); };

beforeEach(() => { writeBatches('cnn'); });
afterAll(() => {
  tf.configureRepairs(true);
  fs.rmSync(folder, { recursive: true });
});

describe.each(['cnn', 'apl'] as const)('%s', (model) => {
  const programs: readonly ArmName[] = ['ours', 'composite', 'stock', 'captured', 'repaired'];
  const arms = hasApl(model) ? [...programs, 'ours-relu', 'stock-relu'] as const : programs;

  test('all arms in Node take the same steps from the same weights', () => {
    const arm = new StepArm();
    arm.answer({ kind: 'export', network: network(model), seed: 3, files });
    const losses = arms.map((name) => {
      arm.answer({ kind: 'prepare', arm: name, subject: subject(model) });
      const { ms, loss } = arm.answer({ kind: 'run', steps: 10 }) as RunAnswer;
      expect(ms.every((value) => value > 0)).toBe(true);
      return { arm: name, loss };
    });
    arm.dispose();
    // The ninth step is on the first batch again.
    expect(losses[0]?.loss[8]).not.toBe(losses[0]?.loss[0]);
    expect(disagreements(losses, losses[0]?.loss.map(() => 0) ?? [])).toEqual([]);
    expect(losses.map(({ loss }) => loss.length)).toEqual(arms.map(() => 10));
  });

  test('a nudged copy differs by rounding, another learning rate by more than is allowed', () => {
    const arm = new StepArm();
    const run = (changes: Partial<StepSubject>): readonly number[] => {
      arm.answer({ kind: 'prepare', arm: 'ours', subject: { ...subject(model), ...changes } });
      return (arm.answer({ kind: 'run', steps: 5 }) as RunAnswer).loss;
    };
    const ours = run({});
    const spread = lossSpread(ours, [run({ nudge: 1 }), run({ nudge: 2 })]);
    expect(spread.at(-1)).toBeGreaterThan(0);
    expect(spread.at(-1)).toBeLessThan(1e-5);
    const keras = (loss: readonly number[]) => disagreements([{ arm: 'ours', loss: ours }, { arm: 'keras', loss }], spread);
    expect(keras(run({ nudge: 3 }))).toEqual([]);
    expect(keras(run({ learningRate: 0.0101 }))).toHaveLength(1);
    arm.dispose();
  });

  test('steps leave no tensors behind', () => {
    const arm = new StepArm();
    arm.answer({ kind: 'export', network: network(model), seed: 3, files });
    for (const name of arms) {
      arm.answer({ kind: 'prepare', arm: name, subject: subject(model) });
      arm.answer({ kind: 'run', steps: 2 });
      const before = tf.memory().numTensors;
      arm.answer({ kind: 'run', steps: 3 });
      expect([name, tf.memory().numTensors - before]).toEqual([name, 0]);
    }
    arm.dispose();
  });
});

describe('bert-tiny', () => {
  const arm = new StepArm();
  const losses = (model: ModelName, name: ArmName, changes: Partial<StepSubject> = {}): readonly number[] => {
    arm.answer({ kind: 'prepare', arm: name, subject: { ...subject(model), ...changes } });
    return (arm.answer({ kind: 'run', steps: 5 }) as RunAnswer).loss;
  };
  const prepare = (model: ModelName): void => {
    writeBatches(model);
    arm.answer({ kind: 'export', network: network(model), seed: 3, files });
  };
  afterAll(() => { arm.dispose(); });

  test('ours, stock and its repaired form take the same steps, and another learning rate is found', () => {
    prepare('bert-tiny');
    const ours = losses('bert-tiny', 'ours');
    const compared = (loss: readonly number[]) => disagreements([{ arm: 'ours', loss: ours }, { arm: 'keras', loss }], ours.map(() => 0));
    expect(compared(losses('bert-tiny', 'stock'))).toEqual([]);
    expect(compared(losses('bert-tiny', 'repaired'))).toEqual([]);
    expect(compared(losses('bert-tiny', 'ours', { learningRate: 0.0101 }))).toHaveLength(1);
  }, 60_000);

  test('with dropout the copies that the spread is taken from draw other masks', () => {
    prepare('bert-tiny-dropout');
    const ours = losses('bert-tiny-dropout', 'ours');
    expect(losses('bert-tiny-dropout', 'ours')).toEqual(ours);
    const [, ...spread] = lossSpread(ours, [losses('bert-tiny-dropout', 'ours', { nudge: 1 })]);
    expect(spread.every((value) => value > 1e-4)).toBe(true);
    expect(losses('bert-tiny-dropout', 'stock').every(Number.isFinite)).toBe(true);
  }, 60_000);

  test('sentences fill from half of their tokens to all; what is beyond is padding', () => {
    const batches = makeBatches('bert-tiny', { batchSize: 50, tokens: 7 }, 3);
    const [ids, mask] = [batches['ids0'], batches['mask0']];
    const lengths = Array.from({ length: 50 }, (_, row) => Array.from(mask?.values.slice(7 * row, 7 * row + 7) ?? []).reduce((sum, value) => sum + value, 0));
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([4, 7]);
    mask?.values.forEach((used, i) => { expect((ids?.values[i] ?? -1) > 0).toBe(used === 1); });
    expect(new Set(batches['labels0']?.values)).toEqual(new Set([0, 1]));
  });
});

test('one hinge trains in every arm', () => {
  const arm = new StepArm();
  const one = { ...subject('apl'), segments: 1 };
  arm.answer({ kind: 'export', network: one, seed: 3, files });
  const losses = (['ours', 'composite', 'stock', 'captured'] as const).map((name) => {
    arm.answer({ kind: 'prepare', arm: name, subject: one });
    return { arm: name, loss: (arm.answer({ kind: 'run', steps: 3 }) as RunAnswer).loss };
  });
  arm.dispose();
  expect(disagreements(losses, [0, 0, 0])).toEqual([]);
});

test('with dropout all arms draw the same masks, and fused APL keeps one tensor a site', () => {
  const arm = new StepArm();
  arm.answer({ kind: 'export', network: network('apl-cnn'), seed: 3, files });
  const kept: Record<string, number | null> = {};
  const losses = (['ours', 'ours-relu', 'composite', 'stock', 'stock-relu'] as const).map((name) => {
    arm.answer({ kind: 'prepare', arm: name, subject: subject('apl-cnn') });
    const { loss } = arm.answer({ kind: 'run', steps: 3 }) as RunAnswer;
    kept[name] = (arm.answer({ kind: 'memory' }) as MemoryAnswer).keptMB;
    return { arm: name, loss };
  });
  arm.dispose();
  expect(disagreements(losses, [0, 0, 0])).toEqual([]);
  const [ours, relu, composite] = ['ours', 'ours-relu', 'composite'].map((name) => kept[name] ?? NaN);
  // Where a max pool follows: the pool keeps ReLU's output, from which ReLU's gradient follows; APL's needs x.
  expect((ours ?? 0) - (relu ?? 0)).toBeCloseTo((4 * 2 * 32 * 32 * 96) / 2 ** 20, 6);
  expect((composite ?? 0) / (ours ?? 0)).toBeGreaterThan(1.5);
  expect(kept['stock']).toBeNull();
}, 60_000);

test('stock has the repairs off, the others on', () => {
  const arm = new StepArm();
  arm.answer({ kind: 'export', network: network('cnn'), seed: 3, files });
  for (const [name, on] of [['stock', false], ['repaired', true], ['captured', false], ['ours', true], ['composite', true]] as const) {
    arm.answer({ kind: 'prepare', arm: name, subject: subject('cnn') });
    expect(Object.values(tf.activeRepairs()).every((active) => active === on)).toBe(true);
  }
  arm.dispose();
});

test('other requests', () => {
  const arm = new StepArm();
  expect(arm.answer({ kind: 'hello' })).toMatchObject({ node: process.version, tensorflow: tf.tensorflowVersion() });
  expect((arm.answer({ kind: 'memory' }) as MemoryAnswer).peakMB).toBeGreaterThan(process.memoryUsage().rss / 2 ** 20 / 2);
  expect(() => arm.answer({ kind: 'run', steps: 1 })).toThrow('expected prepare before it');
  expect(() => arm.answer({ kind: 'prepare', arm: 'keras', subject: subject('cnn') })).toThrow('keras does not run in Node');
});

test('the networks of the description have the weights of ours, ResNet-50 too', () => {
  tf.configureRepairs(true);
  const arm = new StepArm();
  for (const name of MODELS) {
    arm.answer({ kind: 'export', network: network(name), seed: 3, files });
    const ours = createModel(network(name), 3);
    const stock = stockNetwork(JSON.parse(fs.readFileSync(files.network, 'utf8')) as Network, readArrays(files.weights));
    const shapes = (model: tf.LayersModel) => model.weights.map(({ originalName, shape }) => `${originalName.replace(/\/embeddings$/, '/weight')} ${String(shape)}`).sort();
    expect(shapes(stock)).toEqual(shapes(ours));
    const inputs = isBert(name) ? [tf.tensor2d([[3, 9, 7], [5, 0, 0]], undefined, 'int32'), tf.tensor2d([[1, 1, 1], [1, 0, 0]], undefined, 'int32')] : [tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 1)];
    const [a, b] = [ours, stock].map((model) => (model.apply(inputs) as tf.Tensor).arraySync() as number[][]);
    a?.flat().forEach((value, i) => { expect(b?.flat()[i]).toBeCloseTo(value, 4); });
    tf.dispose(inputs);
    ours.dispose();
    stock.dispose();
  }
});

test('what has no description, and weights that are missing, are named', () => {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [4] }), tf.layers.dense({ units: 2, activation: 'tanh', name: 'head' })] });
  expect(() => describeLayers(model)).toThrow(/head, a Dense, cannot be described/);
  model.dispose();
  const wanting: Network = [{ kind: 'input', shape: [3], name: 'images', inputs: [] }, { kind: 'dense', units: 2, name: 'fc', inputs: ['images'] }];
  expect(() => stockNetwork(wanting, {})).toThrow(/expected fc\/kernel among them/);
});

test('batches depend on the seed alone', () => {
  const make = (seed: number) => makeBatches('cnn', { batchSize: 2, tokens: 1 }, seed);
  const [a, again, other] = [make(5), make(5), make(6)];
  expect(a).toEqual(again);
  expect(a['images0']?.values).not.toEqual(other['images0']?.values);
  expect(a['images0']?.values).not.toEqual(a['images1']?.values);
  const pixels = Object.entries(a).filter(([name]) => name.startsWith('images')).flatMap(([, { values }]) => [...values]);
  expect(Math.min(...pixels)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...pixels)).toBeLessThan(1);
  expect(Math.abs(pixels.reduce((sum, value) => sum + value, 0) / pixels.length)).toBeLessThan(0.02);
});
