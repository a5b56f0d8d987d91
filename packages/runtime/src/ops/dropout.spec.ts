import * as tf from '../index';

describe('dropout', () => {
  const ones = tf.ones([100, 100]);

  it('drops the share that it is told and keeps the mean', () => {
    const y = tf.dropout(ones, 0.3).dataSync();
    const zeros = y.filter((value) => value === 0).length;
    // 10,000 draws: the share has a standard deviation of 0.0046.
    expect(zeros / y.length).toBeCloseTo(0.3, 1);
    expect(Math.abs(zeros / y.length - 0.3)).toBeLessThan(0.02);
    expect(new Set(y).size).toBe(2);
    expect(Math.max(...y)).toBeCloseTo(1 / 0.7, 6);
  });

  it('passes the gradient through the very mask of the forward pass', () => {
    tf.setRandomSeed(5);
    const y = tf.dropout(ones, 0.5);
    tf.setRandomSeed(5);
    const dx = tf.grad((x: tf.Tensor) => tf.dropout(x, 0.5))(ones);
    expect(Array.from(dx.dataSync())).toEqual(Array.from(y.dataSync()));
  });

  it('draws anew each time, the same after the same seed', () => {
    const draw = (): string => Buffer.from(tf.dropout(tf.ones([64]), 0.5).dataSync().buffer).toString('hex');
    tf.setRandomSeed(1);
    const [a, b] = [draw(), draw()];
    expect(a).not.toBe(b);
    tf.setRandomSeed(1);
    expect([draw(), draw()]).toEqual([a, b]);
  });

  it('draws anew in each call of a compiled function', () => {
    const step = tf.compile((x: tf.Tensor) => tf.dropout(x, 0.5));
    const x = tf.ones([64]);
    const results = Array.from({ length: 4 }, () => Array.from(step(x).dataSync()).join());
    expect(new Set(results).size).toBe(4);
    tf.setRandomSeed(9);
    const compiled = step(x).dataSync();
    tf.setRandomSeed(9);
    expect(Array.from(tf.dropout(x, 0.5).dataSync())).toEqual(Array.from(compiled));
    step.dispose();
  });

  it('shares its mask along the dimensions of size 1 of the noise shape', () => {
    const y = tf.dropout(tf.ones([8, 50, 4]), 0.5, [8, 1, 4]);
    expect(Array.from(tf.sum(tf.abs(tf.sub(y, tf.slice(y, [0, 0, 0], [8, 1, 4])))).dataSync())).toEqual([0]);
  });

  it('in tf.layers drops in training only, and a seeded layer goes on in its own sequence', () => {
    const layer = tf.layers.dropout({ rate: 0.5, seed: 3 });
    const x = tf.ones([64]);
    const train = (): string => Array.from((layer.apply(x, { training: true }) as tf.Tensor).dataSync()).join();
    expect(train()).not.toBe(train());
    expect(Array.from((layer.apply(x) as tf.Tensor).dataSync())).toEqual(Array.from(x.dataSync()));
  });

  it('says what is wrong with its arguments', () => {
    expect(() => tf.dropout(ones, 1)).toThrow('expected rate in [0, 1), but got 1');
    expect(() => tf.dropout(ones, 0.5, [1])).toThrow('expected noiseShape of rank 2, but got [1]');
  });
});

describe('RandomState', () => {
  it('continues exactly from a saved state', () => {
    const random = new tf.RandomState(42);
    random.uniform([3]);
    const saved = random.getState();
    const expected = random.normal([5]).dataSync();
    const other = new tf.RandomState(0);
    other.setState(saved);
    expect(Array.from(other.normal([5]).dataSync())).toEqual(Array.from(expected));
    random.dispose();
    other.dispose();
  });
});
