import * as tf from '../index';

type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

/** Lion (Chen et al. 2023) as a user writes it, with no thought of compile(): its state is made at the first step. */
class Lion extends tf.Optimizer {
  static readonly className = 'Lion';
  protected readonly moments: Record<string, tf.Variable> = {};

  constructor(private readonly rate: number) {
    super();
  }

  override applyGradients(gradients: Gradients): void {
    tf.tidy(() => {
      for (const [name, gradient] of named(gradients)) {
        const variable = tf.engine().registeredVariables[name] as tf.Variable;
        const moment = (this.moments[name] ??= tf.variable(tf.zerosLike(variable), false));
        const direction = tf.sign(tf.add(tf.mul(moment, 0.9), tf.mul(gradient, 0.1)));
        variable.assign(tf.sub(variable, tf.mul(direction, this.rate)));
        moment.assign(tf.add(tf.mul(moment, 0.99), tf.mul(gradient, 0.01)));
      }
    });
    this.incrementIterations();
  }

  getConfig(): tf.serialization.ConfigDict {
    return { rate: this.rate };
  }
}

/** The same idea, with its state in tensors that it keeps. */
class Keeping extends tf.Optimizer {
  static readonly className = 'Keeping';
  private sum: tf.Tensor | undefined;

  override applyGradients(gradients: Gradients): void {
    for (const [name, gradient] of named(gradients)) {
      const variable = tf.engine().registeredVariables[name] as tf.Variable;
      this.sum = tf.keep(this.sum ? tf.add(this.sum, gradient) : gradient.clone());
      variable.assign(tf.sub(variable, tf.mul(this.sum, 0.1)));
    }
  }

  getConfig(): tf.serialization.ConfigDict {
    return {};
  }
}

function named(gradients: Gradients): [string, tf.Tensor][] {
  return Array.isArray(gradients) ? gradients.map(({ name, tensor }) => [name, tensor]) : Object.entries(gradients);
}

const x = tf.randomNormal([16, 5], 0, 1, 'float32', 1) as tf.Tensor2D;
const target = tf.sum(x, 1, true);

/** Losses of 100 steps of a linear model. */
function train(optimizer: tf.Optimizer, wrap: (step: (batch: tf.Tensor2D) => tf.Scalar) => (batch: tf.Tensor2D) => tf.Scalar): number[] {
  const w = tf.variable(tf.randomNormal([5, 1], 0, 1, 'float32', 2)) as tf.Variable<tf.Rank.R2>;
  const step = wrap((batch) => optimizer.minimize(() => tf.mean(tf.square(tf.sub(tf.matMul(batch, w), target))) as tf.Scalar, true, [w]) as tf.Scalar);
  try {
    return Array.from({ length: 100 }, () => tf.tidy(() => step(x).dataSync()[0] as number));
  } finally {
    w.dispose();
  }
}

test("a user's own optimiser compiles unchanged and takes the steps that it takes eagerly", () => {
  const eager = train(new Lion(0.05), (step) => step);
  let calls = 0;
  const compiled = train(new Lion(0.05), (step) => tf.compile((batch: tf.Tensor2D) => { calls++; return step(batch); }));
  expect(eager.at(-1)).toBeLessThan(0.1 * (eager[0] as number));
  compiled.forEach((loss, i) => { expect(Math.abs(loss - (eager[i] as number))).toBeLessThan(1e-5); });
  // Once where it makes its state, once more where it has it.
  expect(calls).toBe(2);
});

test('one that keeps tensors from step to step says what to do instead', () => {
  expect(() => train(new Keeping(), (step) => tf.compile(step))).toThrow(/keeps .* beyond the call \(tf\.keep\): return it, or assign it to a tf\.variable that was made outside/);
});
