import * as fs from 'node:fs';
import * as tf from '../index';

const native = (): number => tf.tensorflowBackend().binding.getNumOfTensors();

/** A layer as a user would write it, with no thought of compile(). */
class Scale extends tf.layers.Layer {
  static className = 'Scale';
  private factor: tf.LayerVariable | undefined;

  override build(): void {
    this.factor = this.addWeight('factor', [], 'float32', tf.initializers.ones());
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs;
    return tf.tidy(() => x.mul((this.factor as tf.LayerVariable).read()).sub(x.mean(1, true)));
  }

  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return shape;
  }
}

const uniform = (seed: number) => tf.initializers.glorotUniform({ seed });

function network(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 2], kernelInitializer: uniform(1) }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 16, activation: 'elu', kernelInitializer: uniform(2) }),
      new Scale(),
      tf.layers.dense({ units: 3, kernelInitializer: uniform(3) }),
    ],
  });
}

const x = tf.randomNormal([16, 8, 8, 2], 0, 1, 'float32', 4);
const y = tf.oneHot(tf.tensor1d([...Array(16).keys()].map((i) => i % 3), 'int32'), 3).toFloat();

/** A step that trains a fresh network of the same initial weights. */
function makeStep(makeOptimizer: () => tf.Optimizer): (xs: tf.Tensor, ys: tf.Tensor) => tf.Scalar {
  const model = network();
  const optimizer = makeOptimizer();
  return (xs, ys) => optimizer.minimize(() => tf.losses.softmaxCrossEntropy(ys, model.apply(xs, { training: true }) as tf.Tensor) as tf.Scalar, true) as tf.Scalar;
}

const take = (loss: tf.Tensor): number => {
  const [value] = loss.dataSync();
  loss.dispose();
  return value as number;
};

const optimizers: [string, () => tf.Optimizer][] = [
  ['sgd', () => tf.train.sgd(0.05)],
  ['momentum', () => tf.train.momentum(0.02, 0.9)],
  ['adam', () => tf.train.adam(0.01)],
  ['adamax', () => tf.train.adamax(0.01)],
  ['adagrad', () => tf.train.adagrad(0.05)],
  ['adadelta', () => tf.train.adadelta(0.5)],
  ['rmsprop', () => tf.train.rmsprop(0.005)],
];

describe.each([
  ['stock tfjs', false],
  ['the repaired building blocks', true],
])('training with %s', (_, repairs) => {
  beforeAll(() => {
    tf.configureRepairs(repairs);
  });
  afterAll(() => {
    tf.configureRepairs(true);
  });

  it.each(optimizers)('%s: 100 steps give the losses of eager execution, at constant memory', (__, make) => {
    // minimize() without a list takes all trainable variables there are: one network at a time.
    const run = (wrap: (step: ReturnType<typeof makeStep>) => ReturnType<typeof makeStep>): { losses: number[]; growth: number } => {
      const names = new Set(Object.keys(tf.engine().registeredVariables));
      const step = wrap(makeStep(make));
      const losses = [take(step(x, y)), take(step(x, y))];
      const before = [tf.memory().numTensors, tf.memory().numBytes, native()];
      for (let i = 0; i < 98; i++) losses.push(take(step(x, y)));
      const growth = [tf.memory().numTensors, tf.memory().numBytes, native()].map((value, i) => Math.abs(value - (before[i] as number)));
      for (const [name, variable] of Object.entries(tf.engine().registeredVariables)) if (!names.has(name)) variable.dispose();
      return { losses, growth: Math.max(...growth) };
    };
    const eager = run((step) => step);
    const compiled = run((step) => tf.compile(step));
    expect(compiled.growth).toBe(0);
    // An optimizer is at work.
    expect(eager.losses[99]).toBeLessThan(0.8 * (eager.losses[0] as number));
    compiled.losses.forEach((loss, i) => {
      const expected = eager.losses[i] as number;
      // float32 rounding, amplified by 100 steps of training.
      expect(Math.abs(loss - expected)).toBeLessThan(2e-3 * Math.max(expected, 0.05));
    });
    expect(Math.abs((compiled.losses[9] as number) - (eager.losses[9] as number))).toBeLessThan(1e-5);
  });
});

describe('a compiled training step', () => {
  it('draws new dropout masks at every call, the same for the same seed', () => {
    const masks = (): number[][] => {
      tf.setRandomSeed(11);
      const drop = tf.layers.dropout({ rate: 0.5 });
      const f = tf.compile((input: tf.Tensor) => drop.apply(input, { training: true }) as tf.Tensor);
      return [0, 1, 2].map(() => Array.from(f(tf.ones([64])).dataSync()));
    };
    const first = masks();
    expect(first[0]).not.toEqual(first[1]);
    expect(first[1]).not.toEqual(first[2]);
    expect(masks()).toEqual(first);
  });

  it('follows a learning rate that is a variable, without a new trace', () => {
    const w = tf.variable(tf.scalar(0));
    const rate = tf.variable(tf.scalar(1));
    let calls = 0;
    const f = tf.compile(() => {
      calls++;
      const { grads } = tf.variableGrads(() => w.mul(-1) as tf.Scalar, [w]);
      w.assign(w.sub((grads[w.name] as tf.Tensor).mul(rate)));
    });
    f();
    rate.assign(tf.scalar(10));
    f();
    expect(w.dataSync()[0]).toBe(11);
    expect(calls).toBe(1);
  });

  it('keeps resident memory flat over 10,000 steps', () => {
    const w = tf.variable(tf.zeros([64, 64]));
    const optimizer = tf.train.adam(0.001);
    const input = tf.ones([8, 64]);
    const step = tf.compile((batch: tf.Tensor) => optimizer.minimize(() => batch.matMul(w as unknown as tf.Tensor2D).sub(1).square().mean(), true, [w]) as tf.Scalar);
    const run = (count: number): void => {
      for (let i = 0; i < count; i++) take(step(input));
    };
    run(2000);
    const [tensors, natively] = [tf.memory().numTensors, native()];
    const before = process.memoryUsage().rss;
    run(10_000);
    expect([tf.memory().numTensors, native()]).toEqual([tensors, natively]);
    // A leak of one 64x64 tensor a step would be 160 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(40e6);
  }, 120_000);

  it('updates parameters where they lie, although the step reads them too', () => {
    const megabytes = 128;
    const columns = megabytes * 256;
    const w = tf.variable(tf.fill([1024, columns], 1));
    const input = tf.ones([1, 1024]) as tf.Tensor2D;
    const step = (): tf.Tensor => {
      const { value, grads } = tf.variableGrads(() => input.matMul(w as unknown as tf.Tensor2D).sum(), [w]);
      tf.applyInPlace('ResourceApplyGradientDescent', [w], {}, [tf.scalar(0.5), grads[w.name] as tf.Tensor]);
      return value;
    };
    const f = tf.compile(step);
    take(f());
    take(f());
    // Resets the peak of resident memory.
    fs.writeFileSync('/proc/self/clear_refs', '5');
    const { rss } = process.memoryUsage();
    expect(take(f())).toBe(0);
    const peak = 1024 * Number(/VmHWM:\s*(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1]);
    // The gradient is as large as the parameters; a copy of them would be that much again.
    expect((peak - rss) / 2 ** 20).toBeLessThan(1.5 * megabytes);
    expect(w.min().dataSync()[0]).toBe(-0.5);
    w.dispose();
  });
});
