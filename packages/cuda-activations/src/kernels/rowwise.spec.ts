import * as tf from '@cuda-activations/runtime';
import { fuseStockActivations, layers, listActivations, logSoftmax, register, type RowwiseFunction, softmax, sparsemax } from '../index';
import { farthest, relativeTo } from '../testing/compare';
import { withoutLeak } from '../testing/memory';
import { normal } from '../testing/samples';

const tensor = (shape: number[], seed: number, deviation = 1): tf.Tensor => tf.tensor(normal(tf.util.sizeFromShape(shape), seed, deviation), shape);
const values = (of: tf.Tensor): Float32Array => of.dataSync() as Float32Array;
const bytes = (of: tf.Tensor): Buffer => Buffer.from(of.dataSync().slice().buffer);
const close = (actual: tf.Tensor, expected: tf.Tensor | ArrayLike<number>, tolerance = 1e-6): void => {
  const wanted = expected instanceof tf.Tensor ? values(expected) : expected;
  expect(farthest(wanted, values(actual), (v) => v, relativeTo(1), tolerance)).toBeNull();
};

const functions: readonly (readonly [string, RowwiseFunction])[] = [
  ['softmax', softmax],
  ['log_softmax', logSoftmax],
  ['sparsemax', sparsemax],
];

describe.each(functions)('%s', (name, f) => {
  const x = tensor([4, 3, 7], 1, 2);
  const dy = tensor([4, 3, 7], 2);
  const on = (axis: number) => (v: tf.Tensor): tf.Tensor => f(v, { axis });

  test('has the bits of the typed arrays along the last axis', () => {
    const y = withoutLeak(() => f(x));
    expect(values(y)).toEqual(f(values(x), { rowLength: 7 }));
    const dx = withoutLeak(() => tf.grad((v: tf.Tensor) => f(v))(x, dy));
    expect(values(dx)).toEqual(f.gradient(values(x), values(dy), { rowLength: 7 }));
    expect(bytes(withoutLeak(() => f.gradient(x, dy))).equals(bytes(dx))).toBe(true);
    expect(bytes(withoutLeak(() => f.gradientFromOutput(y, dy))).equals(bytes(dx))).toBe(true);
  });

  test.each([0, 1, 2, -1, -2, -3])('axis %i is the last one of a transposed tensor', (axis) => {
    const last = [0, 1, 2].filter((i) => i !== (axis + 3) % 3).concat((axis + 3) % 3);
    const back = [0, 1, 2].map((i) => last.indexOf(i));
    const transposed = (f_: (v: tf.Tensor) => tf.Tensor) => (v: tf.Tensor): tf.Tensor => tf.transpose(f_(tf.transpose(v, last)), back);
    close(withoutLeak(() => on(axis)(x)), transposed(f)(x));
    close(withoutLeak(() => tf.grad(on(axis))(x, dy)), tf.grad(transposed(f))(x, dy));
    close(withoutLeak(() => f.gradient(x, dy, { axis })), tf.grad(transposed(f))(x, dy));
    const y = on(axis)(x);
    close(withoutLeak(() => f.gradientFromOutput(y, dy, { axis })), tf.grad(transposed(f))(x, dy));
  });

  test.each([-1, 0])('second derivatives along axis %i, of x and of dy, against differences', (axis) => {
    const inputs = [tensor([3, 5], 3, 0.5), tensor([3, 5], 4)] as const;
    const weights = tensor([3, 5], 5);
    // The gradient as a function of x and dy, and its directional derivatives.
    const gradient = (v: tf.Tensor, up: tf.Tensor): tf.Tensor => tf.grad((w: tf.Tensor) => f(w, { axis }))(v, up);
    const number = (v: tf.Tensor, up: tf.Tensor): number => tf.tidy(() => tf.sum(tf.mul(gradient(v, up), weights)).dataSync()[0] ?? NaN);
    const [byX, byDy] = withoutLeak(() => tf.grads((v: tf.Tensor, up: tf.Tensor) => tf.sum(tf.mul(gradient(v, up), weights)))([...inputs])) as [tf.Tensor, tf.Tensor];
    // Sparsemax bends where an element enters the support: stay on this side.
    const h = name === 'sparsemax' ? 1e-3 : 1e-2;
    ([[byX, 0], [byDy, 1]] as const).forEach(([derivative, which]) => {
      const direction = tensor([3, 5], 6 + which);
      const at = (step: number): number => tf.tidy(() => number(...(inputs.map((input, i) => (i === which ? tf.add(input, tf.mul(direction, step)) : input)) as [tf.Tensor, tf.Tensor])));
      const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      expect(Math.abs((values(tf.sum(tf.mul(derivative, direction)))[0] ?? NaN) - difference)).toBeLessThan(2e-3 * Math.max(1, Math.abs(difference)));
    });
  });

  test('is recorded by compile()', () => {
    const step = (v: tf.Tensor): tf.Tensor[] => {
      const { value, grad } = tf.valueAndGrad((w: tf.Tensor) => tf.sum(tf.mul(f(w), dy)))(v);
      return [value, grad];
    };
    const compiled = tf.compile(step);
    const eager = step(x).map(bytes);
    for (let i = 0; i < 2; i++) expect(compiled(x).map((result, j) => bytes(result).equals(eager[j] as Buffer))).toEqual([true, true]);
    const ops = compiled.explain()[0]?.ops ?? {};
    expect([ops['CudaActivations>FusedRowActivation'], ops['CudaActivations>FusedRowActivationGrad']]).toEqual([1, 1]);
    compiled.dispose();
  });

  test('as a layer, saved with its axis, and by name in stock layers', async () => {
    register();
    const layer = layers.rowwise({ activation: name as 'softmax', axis: 1, inputShape: [3, 7] });
    const model = tf.sequential({ layers: [layer] });
    close(model.predict(x) as tf.Tensor, f(x, { axis: 1 }));
    const copy = await tf.models.modelFromJSON({ modelTopology: JSON.parse(model.toJSON() as string) as object } as never);
    close(copy.predict(x) as tf.Tensor, f(x, { axis: 1 }));
    close(tf.layers.activation({ activation: name as 'softmax', inputShape: [3, 7] }).apply(x) as tf.Tensor, f(x));
    close(tf.layers.activation({ activation: layers.activation(name as 'softmax') as never, inputShape: [3, 7] }).apply(x) as tf.Tensor, f(x));
  });
});

test('third derivatives of softmax', () => {
  // Of the first element of two, s(x0 - x1), s the logistic function.
  const first = (v: tf.Tensor): tf.Tensor => tf.sum(tf.mul(softmax(v), tf.tensor1d([1, 0])));
  const along = (f: (v: tf.Tensor) => tf.Tensor) => (v: tf.Tensor): tf.Tensor => tf.sum(tf.mul(tf.grad(f)(v), tf.tensor1d([1, 0])));
  const third = tf.grad(along(along(first)))(tf.tensor1d([0.3, 0]));
  const s = 1 / (1 + Math.exp(-0.3));
  expect(values(third)[0]).toBeCloseTo(s * (1 - s) * (1 - 6 * s + 6 * s * s), 5);
});

test('softmax and logSoftmax of a training loss agree with stock', () => {
  const logits = tensor([6, 10], 11, 3);
  const stock = tf.valueAndGrad((v: tf.Tensor) => tf.sum(tf.square(tf.add(tf.softmax(v), tf.logSoftmax(v)))))(logits);
  const ours = tf.valueAndGrad((v: tf.Tensor) => tf.sum(tf.square(tf.add(softmax(v), logSoftmax(v)))))(logits);
  close(ours.value, stock.value, 1e-5);
  close(ours.grad, stock.grad, 1e-4);
});

describe('fuseStockActivations', () => {
  const x = tensor([5, 9], 12, 2);
  const dy = tensor([5, 9], 13);
  const opsOf = (f: () => tf.Tensor): string[] => {
    const execute = jest.spyOn(tf.TensorFlowBackend.prototype, 'execute');
    f().dispose();
    const names = execute.mock.calls.map(([name]) => name);
    execute.mockRestore();
    return names;
  };

  test.each<[string, (v: tf.Tensor) => tf.Tensor]>([
    ['tf.softmax', (v) => tf.softmax(v)],
    ['softmax by name', (v) => tf.layers.activation({ activation: 'softmax' }).apply(v) as tf.Tensor],
    ['the softmax layer', (v) => tf.layers.softmax().apply(v) as tf.Tensor],
    ['logSoftmax by name', (v) => tf.layers.activation({ activation: 'logSoftmax' as 'softmax' }).apply(v) as tf.Tensor],
  ])('%s is the same, by our ops', (_, f) => {
    const [y, dx] = [f(x), tf.grad(f)(x, dy)];
    const undo = fuseStockActivations();
    try {
      close(f(x), y);
      close(tf.grad(f)(x, dy), dx, 1e-5);
      expect(opsOf(() => tf.grad(f)(x, dy))).toEqual(['CudaActivations>FusedRowActivation', 'CudaActivations>FusedRowActivationGrad']);
    } finally {
      undo();
    }
    expect(opsOf(() => tf.softmax(x))).toEqual(['Softmax']);
  });

  test('second derivatives of tf.softmax, which the stock kernel loses', () => {
    const undo = fuseStockActivations();
    const twice = (f: (v: tf.Tensor) => tf.Tensor): tf.Tensor => tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.grad((w: tf.Tensor) => tf.sum(tf.mul(f(w), dy)))(v))))(x);
    const stock = withoutLeak(() => twice((v) => tf.softmax(v)));
    undo();
    close(stock, twice((v) => softmax(v)));
    expect(Math.max(...values(stock).map(Math.abs))).toBeGreaterThan(1e-3);
  });
});

describe('refuses', () => {
  beforeAll(register);

  test.each<[string, () => unknown, string]>([
    ['a scalar', () => softmax(tf.scalar(1)), 'x must have at least 1 dimension, got a scalar'],
    ['an axis beyond', () => sparsemax(tf.ones([2, 3]), { axis: 2 }), 'axis must be a whole number in [-2, 2), got 2'],
    ['half an axis', () => sparsemax(tf.ones([2, 3]), { axis: 0.5 }), 'got 0.5'],
    ['another type', () => softmax(tf.ones([2], 'int32')), 'x must be a float32 tensor, got int32'],
    ['a gradient of another shape', () => softmax.gradient(tf.ones([2, 3]), tf.ones([3, 2])), 'dy must have the shape of x, [2, 3], got [3, 2]'],
    ['an option of arrays', () => softmax(tf.ones([2]), { rowLength: 2 } as object), 'softmax: unknown option "rowLength". Known: axis'],
    ['a pointwise activation', () => layers.rowwise({ activation: 'relu' as 'softmax' }), 'activation: relu is of family pointwise, expected rowwise: one of softmax, log_softmax, sparsemax'],
    ['rows along the batch', () => layers.rowwise({ activation: 'softmax', axis: 0 }), 'axis must be a whole number that is not the batch, 0, got 0'],
    ['a function that there is not', () => tf.executeOp('CudaActivations>FusedRowActivation', { function: 'softmx' }, [tf.ones([2])], 1), "attribute function must be one of softmax, log_softmax, sparsemax, got 'softmx'"],
    ['a scalar in the op', () => tf.executeOp('CudaActivations>FusedRowActivation', { function: 'softmax' }, [tf.scalar(1)], 1), 'x must have at least 1 dimensions'],
    ['y of another shape', () => tf.executeOp('CudaActivations>FusedRowActivationGrad', { function: 'softmax' }, [tf.ones([2]), tf.ones([3])], 1), 'y must have the shape of dy'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  test('nothing of an empty tensor', () => {
    for (const { name } of listActivations('rowwise')) {
      const f = functions.find(([each]) => each === name)?.[1] as RowwiseFunction;
      for (const shape of [[0, 3], [3, 0]]) expect(f(tf.zeros(shape)).shape).toEqual(shape);
    }
  });
});
