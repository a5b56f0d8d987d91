import * as tf from '@cuda-activations/runtime';
import { gelu, leakyRelu, sigmoid } from '../index';
import { exact, functionOf, pointwiseCases } from '../testing/cases';
import { farthest, relativeTo } from '../testing/compare';
import { withoutLeak } from '../testing/memory';
import { references } from '../testing/reference';
import { normal, samples } from '../testing/samples';
import { ulpDistance } from '../testing/ulp';
import { pointwise as rows } from '../generated/activations';

/** 0 where two results are the same bits, or both about the end of the normal range: TensorFlow's threads flush subnormals to zero. */
function flushed(actual: number, expected: number): number {
  const tiny = (v: number): boolean => Math.abs(v) < 2 ** -124;
  return Object.is(actual, Math.fround(expected)) || (tiny(actual) && tiny(expected)) ? 0 : 1;
}

// Attributes of an op hold parameters in float32.
const rounded = pointwiseCases.map(({ label, name, values, options }) => ({
  label,
  name,
  values: values.map(Math.fround),
  options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, Math.fround(value)])),
}));

describe.each(rounded)('$label', ({ name, values, options }) => {
  const f = functionOf(name);
  const reference = references[name];
  const kinks = reference.kinks?.(values) ?? [];

  test('the op holds the bits of the typed-array function, special values included', () => {
    const x = samples(kinks);
    const tensor = tf.tensor1d(x);
    const y = withoutLeak(() => f(tensor, options));
    const arrays = f(x, options);
    expect(farthest(x, y.dataSync(), (_, i) => arrays[i] ?? NaN, flushed, 0)).toBeNull();
    expect(farthest(x, y.dataSync(), (v) => exact(reference.f, v, values), (a, e) => flushed(a, e) && ulpDistance(a, e), Math.max(rows[name].ulp.forward, 0.5))).toBeNull();
    tf.dispose([tensor, y]);
  });

  test('first and second derivatives by the tape', () => {
    const x = normal(513, 2, 3);
    const [dy, ddx] = [normal(513, 3), normal(513, 4)];
    const [tensor, upstream, second] = [tf.tensor1d(x), tf.tensor1d(dy), tf.tensor1d(ddx)];
    const apply = (v: tf.Tensor): tf.Tensor => f(v, options);
    const dx = withoutLeak(() => tf.grad(apply)(tensor, upstream));
    const first = (v: number, i: number): number => (dy[i] ?? NaN) * reference.d(v, values);
    expect(farthest(x, dx.dataSync(), first, relativeTo(1), 4e-6)).toBeNull();

    const twice = withoutLeak(() => tf.grads((v: tf.Tensor, u: tf.Tensor) => tf.grad(apply)(v, u))([tensor, upstream], second));
    const [dx2, ddy] = twice as [tf.Tensor, tf.Tensor];
    expect(farthest(x, dx2.dataSync(), (v, i) => (ddx[i] ?? NaN) * (dy[i] ?? NaN) * reference.d2(v, values), relativeTo(1), 4e-6)).toBeNull();
    expect(farthest(x, ddy.dataSync(), (v, i) => (ddx[i] ?? NaN) * reference.d(v, values), relativeTo(1), 4e-6)).toBeNull();
    tf.dispose([tensor, upstream, second, dx, dx2, ddy]);
  });

  test.each(['half', 'bfloat16', 'double'])('%s', (dtype) => {
    const x = normal(200, 5, 2);
    const parameters = Object.keys(options).length > 0 ? { parameters: [...values] } : {};
    const cast = (tensor: tf.Tensor, from: string, to: string): tf.Tensor => tf.executeOp('Cast', { SrcT: from, DstT: to }, [tensor], 1)[0] as tf.Tensor;
    const y = tf.tidy(() => {
      const input = cast(tf.tensor1d(x), 'float32', dtype === 'half' ? 'float16' : dtype === 'double' ? 'float64' : dtype);
      const output = tf.executeOp('CudaActivations>FusedActivation', { function: name, ...parameters }, [input], 1)[0] as tf.Tensor;
      return cast(output, dtype === 'half' ? 'float16' : dtype === 'double' ? 'float64' : dtype, 'float32');
    });
    const tolerance = { half: 2 ** -10, bfloat16: 2 ** -7, double: 2 ** -23 }[dtype] ?? 0;
    // The input is rounded to the type first: functions as steep as their argument is large see that twice.
    expect(farthest(x, y.dataSync(), (v) => reference.f(v, values), relativeTo(1), name === 'threshold' || name === 'hard_shrink' ? Infinity : 12 * tolerance)).toBeNull();
    y.dispose();
  });
});

describe('shapes', () => {
  beforeAll(() => {
    // Loads TensorFlow's library before memory is counted.
    tf.dispose(gelu(tf.scalar(1)));
  });

  test.each([[[]], [[0]], [[3, 0, 2]], [[7]], [[2, 3]], [[2, 3, 4]], [[2, 3, 4, 5]], [[2, 1, 2, 1, 2]], [[2, 2, 2, 2, 2, 2]]])('%j', (shape) => {
    const x = tf.ones(shape).mul(-0.5);
    const y = gelu(x);
    expect(y.shape).toEqual(shape);
    const dx = tf.grad((v: tf.Tensor) => gelu(v))(x);
    expect(dx.shape).toEqual(shape);
    if (x.size > 0) expect(y.dataSync()[x.size - 1]).toBeCloseTo(-0.15426877, 6);
  });
});

test('profiles show the kernels', async () => {
  const { kernelNames } = await tf.profile(() => tf.grad((v: tf.Tensor) => gelu(v))(tf.ones([3])));
  expect(kernelNames).toEqual(expect.arrayContaining(['FusedActivation', 'FusedActivationGrad']));
});

describe('refusals', () => {
  const x = tf.tensor1d([1, 2]);

  test.each<[string, () => unknown, string]>([
    ['another type', () => gelu(tf.tensor1d([1], 'int32')), 'x must be a float32 tensor, got int32; cast it with tf.cast'],
    ['a gradient of another shape', () => gelu.gradient(x, tf.ones([3])), 'dy must have the shape of x, [2], got [3]'],
    ['a parameter out of range', () => leakyRelu(x, { negativeSlope: -1 }), 'parameter negativeSlope must be'],
    ['an array option', () => gelu(x, { output: 1 } as object), 'gelu: unknown parameter "output". It has none.'],
    ['an array for dy', () => gelu.gradient(x, new Float32Array(2) as unknown as tf.Tensor1D), 'dy must be a tensor, got Float32Array of 2'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  test('a disposed tensor', () => {
    const gone = tf.tensor1d([1]);
    gone.dispose();
    expect(() => gelu(gone)).toThrow('x is disposed');
  });

  test('third derivatives', () => {
    const g = tf.grad((v: tf.Tensor) => tf.sum(sigmoid(v)));
    const gg = tf.grad((v: tf.Tensor) => tf.sum(g(v)));
    expect(() => tf.grad((v: tf.Tensor) => tf.sum(gg(v)))(x)).toThrow('sigmoid: third derivatives are not offered');
  });

  test('another backend', () => {
    class NoBackend extends tf.KernelBackend {
      override dispose(): void {
        return;
      }
    }
    tf.registerBackend('none', () => new NoBackend());
    const previous = tf.getBackend();
    tf.setBackend('none');
    try {
      expect(() => gelu(x)).toThrow('Fused activations run on backend "tensorflow", the current one is "none"');
    } finally {
      tf.setBackend(previous);
      tf.removeBackend('none');
    }
  });
});
