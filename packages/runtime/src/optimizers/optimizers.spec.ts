import { difference, values } from '../gradients/testing/numeric';
import * as tf from '../index';

/** Gradients that differ from step to step and have both signs. */
const gradientAt = (w: number, step: number): number => w * 0.7 - Math.sin(step + w);

/** Runs the optimiser on three numbers, and the rule in double beside it. */
function follow(optimizer: tf.Optimizer, rule: (w: number, g: number, state: Record<string, number>, t: number) => number, steps = 6): number {
  const start = [0.5, -1.2, 2];
  const variable = tf.variable(tf.tensor1d(start));
  const expected = [...start];
  const states = start.map((): Record<string, number> => ({}));
  for (let t = 1; t <= steps; t++) {
    const gradients = expected.map((w) => gradientAt(w, t));
    optimizer.applyGradients([{ name: variable.name, tensor: tf.tensor1d(gradients) }]);
    gradients.forEach((g, i) => (expected[i] = rule(expected[i] as number, g, states[i] as Record<string, number>, t)));
  }
  const error = difference(variable, tf.tensor1d(expected));
  variable.dispose();
  optimizer.dispose();
  return error;
}

const slot = (state: Record<string, number>, name: string): number => state[name] ?? 0;

function adam(rate: number, beta1: number, beta2: number, decoupled = 0) {
  return (epsilonIn: (v: number, t: number) => number) =>
    (w: number, g: number, state: Record<string, number>, t: number): number => {
      const m = (state['m'] = beta1 * slot(state, 'm') + (1 - beta1) * g);
      const v = (state['v'] = beta2 * slot(state, 'v') + (1 - beta2) * g * g);
      return w * (1 - rate * decoupled) - (rate * (m / (1 - beta1 ** t))) / epsilonIn(v, t);
    };
}

describe('rules, against the same in double', () => {
  const { optimizers } = tf;

  it.each<[string, () => tf.Optimizer, Parameters<typeof follow>[1]]>([
    ['sgd', () => optimizers.sgd(0.1), (w, g) => w - 0.1 * g],
    ['sgd with weight decay', () => optimizers.sgd(0.1, { weightDecay: 0.05 }), (w, g) => w - 0.1 * (g + 0.05 * w)],
    ["momentum in PyTorch's form", () => optimizers.momentum(0.1, 0.9), (w, g, s) => w - 0.1 * (s['v'] = 0.9 * slot(s, 'v') + g)],
    ["momentum in Keras' form", () => optimizers.momentum(0.1, 0.9, { form: 'keras' }), (w, g, s) => w + (s['v'] = 0.9 * slot(s, 'v') - 0.1 * g)],
    [
      'Nesterov momentum',
      () => optimizers.momentum(0.1, 0.9, { nesterov: true }),
      (w, g, s) => {
        const v = (s['v'] = 0.9 * slot(s, 'v') + g);
        return w - 0.1 * (g + 0.9 * v);
      },
    ],
    ["adam in PyTorch's form", () => optimizers.adam(0.1, { epsilon: 0.01 }), adam(0.1, 0.9, 0.999)((v, t) => Math.sqrt(v / (1 - 0.999 ** t)) + 0.01)],
    ["adam in Keras' form", () => optimizers.adam(0.1, { epsilon: 0.01, form: 'keras' }), adam(0.1, 0.9, 0.999)((v, t) => (Math.sqrt(v) + 0.01) / Math.sqrt(1 - 0.999 ** t))],
    ['adamw', () => optimizers.adamw(0.1, { weightDecay: 0.2 }), adam(0.1, 0.9, 0.999, 0.2)((v, t) => Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)],
    ['adamw that spares a variable', () => optimizers.adamw(0.1, { weightDecay: 0.2, decays: () => false }), adam(0.1, 0.9, 0.999)((v, t) => Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)],
  ])('%s', (_name, make, rule) => {
    // 1 - 0.999^t loses about three digits in float32, as in every implementation that keeps the powers in float32.
    expect(follow(make(), rule)).toBeLessThan(1e-4);
  });
});

it('weight decay may differ by variable', () => {
  const [plain, decayed] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
  const optimizer = tf.optimizers.sgd(0.5, { weightDecay: (name) => (name === decayed.name ? 0.1 : 0) });
  optimizer.applyGradients([plain, decayed].map(({ name }) => ({ name, tensor: tf.scalar(0) })));
  expect([plain.dataSync()[0], decayed.dataSync()[0]]).toEqual([1, Math.fround(0.95)]);
  tf.dispose([plain, decayed]);
  optimizer.dispose();
});

it('adamw takes its first step in a compiled function as it does eagerly', () => {
  const start = [0.5, -1.2, 2];
  const after = (run: (step: () => tf.Scalar) => void): number[] => {
    const w = tf.variable(tf.tensor1d(start));
    const optimizer = tf.optimizers.adamw(0.1, { weightDecay: 0.2 });
    run(() => optimizer.minimize(() => tf.sum(tf.square(w)) as tf.Scalar, true, [w]) as tf.Scalar);
    const values = Array.from(w.dataSync());
    tf.dispose(w);
    optimizer.dispose();
    return values;
  };
  const compiled = after((step) => {
    const f = tf.compile(step);
    f();
    f();
    f.dispose();
  });
  const eager = after((step) => {
    step();
    step();
  });
  compiled.forEach((value, i) => { expect(value).toBeCloseTo(eager[i] as number, 6); });
});

it('momentum as a variable follows its changes, and stays with its owner', () => {
  const [momentum, w] = [tf.variable(tf.scalar(0.5), false), tf.variable(tf.scalar(1))];
  const optimizer = tf.optimizers.momentum(0.1, momentum as unknown as tf.Scalar);
  const step = tf.compile(() => optimizer.minimize(() => tf.mul(w, 2) as tf.Scalar, true, [w]) as tf.Scalar);
  let [expected, velocity] = [1, 0];
  for (const factor of [0.5, 0.9, 0]) {
    tf.tidy(() => { momentum.assign(tf.scalar(factor)); });
    step();
    velocity = factor * velocity + 2;
    expected -= 0.1 * velocity;
    expect(w.dataSync()[0]).toBeCloseTo(expected, 6);
  }
  expect(optimizer.getConfig()['momentum']).toBe(0);
  step.dispose();
  optimizer.dispose();
  expect(momentum.isDisposed).toBe(false);
  tf.dispose([momentum, w]);
});

describe('against stock tf.train', () => {
  const run = (optimizer: tf.Optimizer): tf.Tensor[] => {
    const weights = [tf.variable(values([3, 4], 1)), tf.variable(values([4], 2))] as [tf.Variable, tf.Variable];
    const x = values([5, 3], 3) as tf.Tensor2D;
    for (let step = 0; step < 10; step++) {
      optimizer.minimize(() => tf.mean(tf.square(tf.tanh(tf.add(tf.matMul(x, weights[0] as unknown as tf.Tensor2D), weights[1])))), false, weights);
    }
    return weights;
  };

  it.each<[string, () => tf.Optimizer]>([
    ['sgd', () => tf.train.sgd(0.3)],
    ['momentum', () => tf.train.momentum(0.1, 0.9)],
    ['Nesterov momentum', () => tf.train.momentum(0.1, 0.9, true)],
    ['adam', () => tf.train.adam(0.05)],
  ])('%s ends at the same weights', (_name, make) => {
    tf.configureRepairs({ optimizers: false });
    const stockOptimizer = make();
    tf.configureRepairs({ optimizers: true });
    expect(make()).toBeInstanceOf(tf.NativeOptimizer as unknown as new () => unknown);
    expect(make().constructor).not.toBe(stockOptimizer.constructor);
    const stock = run(stockOptimizer);
    run(make()).forEach((weight, index) => expect(difference(weight, stock[index] as tf.Tensor)).toBeLessThan(2e-5));
  });
});

describe('state', () => {
  const { optimizers } = tf;
  const step = (optimizer: tf.Optimizer, w: tf.Variable): void => void optimizer.minimize(() => tf.sum(tf.sin(w)), false, [w]);

  it.each<[string, () => tf.Optimizer]>([
    ['momentum', () => optimizers.momentum(0.1, 0.9)],
    ['adam', () => optimizers.adam(0.1)],
    ['adamw', () => optimizers.adamw(0.1)],
  ])('%s continues bit for bit from getWeights', async (_name, make) => {
    const w = tf.variable(values([7]));
    const first = make();
    for (let i = 0; i < 3; i++) step(first, w);
    const saved = (await first.getWeights()).map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
    // Another process numbers its variables anew, so the name does not match.
    const copy = tf.variable(w.clone());
    step(first, w);
    const second = make();
    await second.setWeights(saved);
    expect(second.iterations).toBe(3);
    step(second, copy);
    expect(Array.from(copy.dataSync())).toEqual(Array.from(w.dataSync()));
  });

  it('says when restored state has another shape', async () => {
    const optimizer = optimizers.momentum(0.1, 0.9);
    await optimizer.setWeights([{ name: 'iter', tensor: tf.scalar(1, 'int32') }, { name: 'w/momentum', tensor: tf.zeros([3]) }]);
    expect(() => step(optimizer, tf.variable(values([2])))).toThrow(/state of "w" does not have the shape \[2\]/);
    await expect(optimizers.adam().setWeights([{ name: 'iter', tensor: tf.scalar(1) }, { name: 'a', tensor: tf.scalar(1) }])).rejects.toThrow(/expected 2 tensors for each variable, but got 1/);
  });

  it('follows the learning rate in a compiled step without a new trace, and leaks nothing', () => {
    const w = tf.variable(tf.tensor1d([1, 1]));
    const optimizer = optimizers.momentum(0.5, 0);
    const compiled = tf.compile(() => optimizer.minimize(() => tf.sum(w), true, [w]) as tf.Scalar);
    tf.dispose(compiled());
    expect(Array.from(w.dataSync())).toEqual([0.5, 0.5]);
    optimizer.setLearningRate(0.25);
    const before = tf.memory().numTensors;
    tf.dispose(compiled());
    expect(tf.memory().numTensors).toBe(before);
    expect(Array.from(w.dataSync())).toEqual([0.25, 0.25]);
    expect(compiled.explain()).toHaveLength(1);
    expect(optimizer.iterations).toBe(2);
    compiled.dispose();
  });

  it('trains alike eager and compiled', () => {
    const train = (wrap: (f: () => tf.Scalar) => () => tf.Scalar): number[] => {
      const w = tf.variable(values([5], 6));
      const optimizer = optimizers.adam(0.1);
      const run = wrap(() => optimizer.minimize(() => tf.sum(tf.square(tf.sin(w))), true, [w]) as tf.Scalar);
      return Array.from({ length: 20 }, () => run().dataSync()[0] as number);
    };
    const eager = train((f) => f);
    train((f) => tf.compile(f)).forEach((loss, index) => expect(loss).toBeCloseTo(eager[index] as number, 5));
  });
});

describe('norms and clipping', () => {
  const { optimizers } = tf;

  it('clips to the global norm and leaves smaller gradients alone', () => {
    const gradients = [tf.tensor1d([3, 0]), tf.tensor2d([[0, 4]])];
    expect(optimizers.globalNorm(gradients).dataSync()[0]).toBeCloseTo(5, 6);
    expect(Array.from(optimizers.norms(gradients).dataSync())).toEqual([3, 4]);
    expect(optimizers.clipByGlobalNorm(gradients, 1).map((tensor) => Array.from(tensor.dataSync()))).toEqual([[expect.closeTo(0.6, 6), 0], [0, expect.closeTo(0.8, 6)]]);
    expect(optimizers.clipByGlobalNorm(gradients, 10).map((tensor) => Array.from(tensor.dataSync()))).toEqual([[3, 0], [0, 4]]);
    expect(() => optimizers.clipByGlobalNorm(gradients, 0)).toThrow('expected a maximum above 0, but got 0');
  });

  it('reports the norms before clipping along with the step', () => {
    const [a, b] = [tf.variable(tf.tensor1d([3])), tf.variable(tf.tensor1d([4]))] as [tf.Variable, tf.Variable];
    const optimizer = optimizers.sgd(1, { clipNorm: 1 });
    const { loss, gradientNorms, globalNorm } = optimizer.minimizeWithNorms(() => tf.mul(0.5, tf.add(tf.sum(tf.square(a)), tf.sum(tf.square(b)))), [a, b]);
    expect(loss.dataSync()[0]).toBeCloseTo(12.5, 5);
    expect(Array.from(gradientNorms.dataSync())).toEqual([3, 4]);
    expect(globalNorm.dataSync()[0]).toBeCloseTo(5, 6);
    expect(a.dataSync()[0]).toBeCloseTo(3 - 0.6, 6);
    expect(b.dataSync()[0]).toBeCloseTo(4 - 0.8, 6);
  });

  it('says what is wrong with an option', () => {
    expect(() => optimizers.sgd(Number.NaN)).toThrow('learningRate: expected a finite number, but got NaN');
    expect(() => optimizers.sgd(0.1, { clipNorm: -1 })).toThrow('clipNorm: expected a number above 0, but got -1');
    expect(() => optimizers.adam(0.1, { beta1: 1 })).toThrow('expected beta1 in [0, 1), but got 1');
    expect(() => optimizers.momentum(0.1, 0.9, { form: 'other' as 'keras' })).toThrow('expected form "pytorch" or "keras", but got "other"');
  });
});
