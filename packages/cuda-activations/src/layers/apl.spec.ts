import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { apl, APL_INITIALIZATIONS, aplCorners, aplCurve, type AplInitialization, layers, leftSlopes } from '../index';
import { normal } from '../testing/samples';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cuda-activations-apl-'));
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

type AplLayer = ReturnType<typeof layers.apl>;

/** A built layer with many units, so that the moments of a draw are seen. */
function hinged(args: Parameters<typeof layers.apl>[0], units = 4000): AplLayer {
  const layer = layers.apl({ inputShape: [units], ...args });
  tf.sequential({ layers: [layer] });
  return layer;
}

const mean = (values: Float32Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const deviation = (values: Float32Array): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - middle) ** 2)));
};
const largest = (values: Float32Array): number => values.reduce((high, v) => Math.max(high, Math.abs(v)), 0);

describe('initialisations', () => {
  const uniform = (bound: number) => ({ mean: 0, deviation: bound / Math.sqrt(3), largest: bound });
  const gaussian = (sd: number) => ({ mean: 0, deviation: sd, largest: null });
  const constant = (value: number) => ({ mean: value, deviation: 0, largest: Math.abs(value) });
  // From the sources, at S = 4.
  const expected: Readonly<Record<AplInitialization, readonly [a: object, b: object]>> = {
    agostinelli: [uniform(0.5), gaussian(0.5)],
    agostinelli2014: [uniform(0.2), gaussian(0.5)],
    agostinelliNin: [uniform(0.1), gaussian(0.5)],
    caffe: [uniform(0.125), gaussian(0.5)],
    park: [uniform(0.5), constant(0)],
    echoAi: [gaussian(1), gaussian(1)],
    deepSplines: [gaussian(0.1), gaussian(1)],
    zeros: [constant(0), constant(0)],
    linspace: [constant(0), { mean: 0, deviation: Math.sqrt(5) / 3, largest: 1 }],
    uniform: [{ mean: 0.5, deviation: 1 / Math.sqrt(12), largest: 1 }, { mean: 0.5, deviation: 1 / Math.sqrt(12), largest: 1 }],
  };

  test.each(APL_INITIALIZATIONS)('%s', (initialization) => {
    const { a, b } = hinged({ segments: 4, initialization, seed: 3 }).shapes();
    for (const [values, want] of [[a, expected[initialization][0]], [b, expected[initialization][1]]] as const) {
      const { mean: m, deviation: d, largest: high } = want as { mean: number; deviation: number; largest: number | null };
      // 16,000 values: the error of a mean is 1 % of the deviation.
      expect(Math.abs(mean(values) - m)).toBeLessThan(0.05 * Math.max(d, 0.01));
      expect(Math.abs(deviation(values) - d)).toBeLessThan(0.03 * Math.max(d, 0.01));
      if (high !== null) expect(Math.abs(largest(values) - high)).toBeLessThan(0.002);
    }
  });

  test('the slope on the left has deviation 0.577 for every S as Park et al. start it', () => {
    for (const segments of [1, 5, 10]) {
      // 4000 units: the error of a deviation is 0.006.
      expect(Math.abs(deviation(leftSlopes(hinged({ segments, initialization: 'park', seed: segments }).shapes())) - 0.577)).toBeLessThan(0.025);
    }
  });

  test('linspace spreads the hinges of each unit', () => {
    expect(Array.from(hinged({ segments: 5, initialization: 'linspace' }, 2).shapes().b)).toEqual([-1, -1, -0.5, -0.5, 0, 0, 0.5, 0.5, 1, 1]);
    expect(Array.from(hinged({ segments: 1, initialization: 'linspace' }, 2).shapes().b)).toEqual([0, 0]);
  });

  test('a seed repeats, another draws others, a and b differ; an initialiser that is given wins', () => {
    const draw = (seed: number): Float32Array => hinged({ seed }).shapes().a;
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const { a, b } = hinged({ initialization: 'echoAi', seed: 1, bInitializer: 'ones' }).shapes();
    expect(deviation(a)).toBeGreaterThan(0.9);
    expect(new Set(b)).toEqual(new Set([1]));
    const same = hinged({ initialization: 'uniform', seed: 1 }).shapes();
    expect(same.a).not.toEqual(same.b);
  });

  test('an unknown one is refused with those that exist', () => {
    expect(() => layers.apl({ initialization: 'kaiming' as 'park' })).toThrow(/initialization must be one of agostinelli, .*uniform, got "kaiming"/);
    expect(() => layers.apl({ seed: 0.5 })).toThrow('seed must be a whole number, got 0.5');
  });
});

describe('sharing', () => {
  test.each([
    ['channel', [8, 6, 3], [3]],
    ['channel', [7], [7]],
    ['layer', [8, 6, 3], [1]],
    ['position', [4, 6, 3], [4, 6, 3]],
  ] as const)('by %s of inputs [%s]', (sharing, inputShape, unitShape) => {
    const layer = layers.apl({ segments: 2, sharing, inputShape: [...inputShape], seed: 2 });
    const model = tf.sequential({ layers: [layer] });
    const shapes = layer.shapes();
    expect(shapes).toMatchObject({ segments: 2, unitShape, units: unitShape.reduce((product: number, size) => product * size, 1) });
    // The layer computes the curve of the unit that an element belongs to.
    const size = inputShape.reduce((product: number, each) => product * each, 1);
    const x = normal(2 * size, 4);
    const y = (model.predict(tf.tensor(x, [2, ...inputShape])) as tf.Tensor).dataSync();
    for (let i = 0; i < x.length; i += 5) expect(y[i]).toBeCloseTo(aplCurve(shapes, i % shapes.units, Float32Array.of(x[i] ?? 0))[0] ?? NaN, 6);
  });
});

describe('learned shapes', () => {
  const shapes = { segments: 2, units: 2, unitShape: [2], a: Float32Array.of(0.5, -1, 0.25, 0), b: Float32Array.of(1, 0, -1, 2) };

  test('curves, slopes and corners of each unit', () => {
    // Unit 0: max(0, x) + 0.5 max(0, 1 - x) + 0.25 max(0, -1 - x).
    expect(Array.from(aplCurve(shapes, 0, Float32Array.of(-2, -1, 0, 1, 2)))).toEqual([1.75, 1, 0.5, 1, 2]);
    expect(Array.from(leftSlopes(shapes))).toEqual([-0.75, 1]);
    expect(aplCorners(shapes, 0)).toEqual({ x: Float32Array.of(-1, 0, 1), y: Float32Array.of(1, 0.5, 1) });
    expect(aplCorners(shapes, 1)).toEqual({ x: Float32Array.of(0, 2), y: Float32Array.of(0, 2) });
  });

  test('between corners the function is a straight line', () => {
    const unit = hinged({ segments: 5, seed: 11 }, 1).shapes();
    const { x, y } = aplCorners(unit, 0);
    for (let i = 1; i < x.length; i++) {
      const middle = aplCurve(unit, 0, Float32Array.of(((x[i - 1] ?? 0) + (x[i] ?? 0)) / 2));
      expect(middle[0]).toBeCloseTo(((y[i - 1] ?? 0) + (y[i] ?? 0)) / 2, 5);
    }
  });

  test('there is none before the layer is built, and no unit beyond the last', () => {
    expect(() => layers.apl({ name: 'early' }).shapes()).toThrow('early has no shapes before it is built');
    expect(() => aplCurve(shapes, 2, new Float32Array(1))).toThrow('unit: expected an integer from 0 to 1, got 2');
  });
});

test.each(['channel', 'layer', 'position'] as const)('a model trained with hinges by %s is saved with its shapes, its settings and its penalties', async (sharing) => {
  const layer = layers.apl({
    segments: 3, sharing, initialization: 'park', seed: 5, inputShape: [4, 4, 2], aRegularizer: tf.regularizers.l2({ l2: 0.01 }), bRegularizer: tf.regularizers.l2({ l2: 0.02 }),
  });
  const model = tf.sequential({ layers: [layer, tf.layers.flatten(), tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.heNormal({ seed: 1 }) })] });
  const start = layer.shapes();
  // The penalties are of a and b apart, whatever the weights of other layers cost.
  const penalties = layer.calculateLosses().map((loss) => loss.dataSync()[0] ?? NaN);
  const squares = (values: Float32Array): number => values.reduce((sum, v) => sum + v * v, 0);
  expect(penalties[0]).toBeCloseTo(0.01 * squares(start.a), 5);
  expect(penalties[1]).toBeCloseTo(0.02 * squares(start.b), 5);
  model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
  const x = tf.tensor(normal(8 * 32, 1), [8, 4, 4, 2]);
  await model.fit(x, tf.ones([8, 1]), { epochs: 2, verbose: 0 });
  const learned = layer.shapes();
  expect(learned.a).not.toEqual(start.a);
  expect(learned.b).not.toEqual(start.b);
  const place = `file://${path.join(folder, sharing)}`;
  await model.save(place);
  const copy = await tf.loadLayersModel(`${place}/model.json`);
  const loaded = copy.layers[0] as AplLayer;
  expect(loaded.shapes()).toEqual(learned);
  expect(loaded.getConfig()).toEqual(layer.getConfig());
  expect((copy.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
});

test('gradients of x, a and b against finite differences in double', () => {
  const [count, channels, segments] = [60, 6, 5];
  const x = Float64Array.from(normal(count * channels, 1));
  const a = Float64Array.from(normal(segments * channels, 2));
  const b = Float64Array.from(normal(segments * channels, 3));
  const dy = Float64Array.from(normal(count * channels, 4));
  const loss = (p: Float64Array, q: Float64Array, r: Float64Array): number => apl(p, q, r, { channels }).reduce((sum, y, i) => sum + y * (dy[i] ?? 0), 0);
  // The function is piecewise linear: no x may lie within a step of a hinge.
  const step = 1e-6;
  for (const [i, v] of x.entries()) for (let s = 0; s < segments; s++) expect(Math.abs(v - (b[s * channels + (i % channels)] ?? 0))).toBeGreaterThan(2 * step);
  const { dx, da, db } = apl.gradient(x, a, b, dy, { channels });
  const moved = (values: Float64Array, i: number, by: number): Float64Array => values.map((v, j) => (i === j ? v + by : v));
  const check = (gradient: Float64Array, values: Float64Array, at: (v: Float64Array) => number): void => {
    for (let i = 0; i < values.length; i++) {
      const difference = (at(moved(values, i, step)) - at(moved(values, i, -step))) / (2 * step);
      expect(Math.abs((gradient[i] ?? NaN) - difference)).toBeLessThan(1e-7 * Math.max(1, Math.abs(difference)));
    }
  };
  check(dx, x, (v) => loss(v, a, b));
  check(da, a, (v) => loss(x, v, b));
  check(db, b, (v) => loss(x, a, v));
});

const built = fs.existsSync(path.join(__dirname, '../../dist/index.js')) ? test : test.skip; // needs dist, which nx builds before it tests

built('the gradients have the same bits with any number of threads', () => {
  const script = `
    const tf = require('@cuda-activations/runtime');
    const { apl } = require('./dist');
    const hash = require('node:crypto').createHash('sha256');
    const values = (shape, seed) => tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(12.9898 * i + seed)), shape);
    for (const units of [[96], [1], [12, 12, 96]]) {
      const inputs = [values([64, 12, 12, 96], 1), values([5, ...units], 2), values([5, ...units], 3)];
      for (const gradient of tf.grads((...args) => apl(...args))(inputs, inputs[0])) hash.update(Buffer.from(gradient.dataSync().slice().buffer));
    }
    console.log(hash.digest('hex'));`;
  const digests = [1, 2, 3, 8].map((threads) =>
    execFileSync(process.execPath, ['-e', script], { cwd: path.join(__dirname, '../..'), env: { ...process.env, CUDA_ACTIVATIONS_THREADS: String(threads) }, encoding: 'utf8' }).trim(),
  );
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(digests).size).toBe(1);
}, 120_000);
