import { fromOutputNames, pointwise as rows } from '../generated/activations';
import { exact, functionOf, pointwiseCases } from '../testing/cases';
import { farthest, relativeTo } from '../testing/compare';
import { references } from '../testing/reference';
import { normal, samples } from '../testing/samples';
import { fromBits, ulpDistance, ulpDistance16, ulpDistanceAtRoot } from '../testing/ulp';
import type { PointwiseFunction } from './pointwise';

describe.each(pointwiseCases)('$label', ({ name, values, options }) => {
  const f = functionOf(name);
  const reference = references[name];
  const { ulp } = rows[name];
  const kinks = reference.kinks?.(values) ?? [];
  const x = samples(kinks);

  test('float32 values are within the stated error, special values included', () => {
    expect(farthest(x, f(x, options), (v) => exact(reference.f, v, values), ulpDistance, Math.max(ulp.forward, 0.5))).toBeNull();
  });

  test('float32 gradients are within the stated error', () => {
    // At a kink the derivative of NaN is one side's or NaN.
    const tested = kinks.length > 0 || name === 'linear' ? x.filter((v) => !Number.isNaN(v)) : x;
    const gradient = f.gradient(tested, new Float32Array(tested.length).fill(1), options);
    const bound = Math.max(ulp.backward, 0.5);
    expect(farthest(tested, gradient, (v) => exact(reference.d, v, values), ulpDistanceAtRoot, bound)).toBeNull();
    // The roots of the derivatives lie in [-5, 5]; beyond, the error is relative.
    const tails = farthest(tested, gradient, (v) => (Math.abs(v) < 5 ? NaN : exact(reference.d, v, values)), (a, e) => (Number.isNaN(e) ? 0 : ulpDistance(a, e)), bound);
    expect(tails).toBeNull();
  });

  test('the gradient scales with dy', () => {
    const at = normal(1001, 5, 3);
    const dy = normal(1001, 6);
    const expected = (v: number, i: number): number => (dy[i] ?? 0) * reference.d(v, values);
    expect(farthest(at, f.gradient(at, dy, options), expected, relativeTo(0.25), (ulp.backward + 2) * 2 ** -23)).toBeNull();
  });

  test('second gradients', () => {
    const at = normal(1001, 7, 3);
    const [dy, ddx] = [normal(1001, 8), normal(1001, 9)];
    const expected = (v: number, i: number): number => (dy[i] ?? 0) * (ddx[i] ?? 0) * reference.d2(v, values);
    expect(farthest(at, f.secondGradient(at, dy, ddx, options), expected, relativeTo(1), 2e-6)).toBeNull();
  });

  test('float64 values and gradients', () => {
    const at = Float64Array.from(normal(1001, 10, 4));
    const dy = Float64Array.from(normal(1001, 11));
    expect(farthest(at, f(at, options), (v) => reference.f(v, values), relativeTo(1e-3), 1e-12)).toBeNull();
    expect(farthest(at, f.gradient(at, dy, options), (v, i) => (dy[i] ?? 0) * reference.d(v, values), relativeTo(1e-3), 1e-12)).toBeNull();
  });

  test('gradients agree with finite differences of the values', () => {
    const h = 1e-4;
    const away = normal(1001, 12, 3).filter((v) => kinks.every((kink) => Math.abs(v - kink) > 2 * h));
    const at = Float64Array.from(away);
    const [above, below] = [f(at.map((v) => v + h), options), f(at.map((v) => v - h), options)];
    const slopes = at.map((_, i) => ((above[i] ?? 0) - (below[i] ?? 0)) / (2 * h));
    expect(farthest(at, f.gradient(at, new Float64Array(at.length).fill(1), options), (_, i) => slopes[i] ?? NaN, relativeTo(1), 1e-6)).toBeNull();
  });

  if ((fromOutputNames as readonly string[]).includes(name)) {
    test('the gradient from the output is that from the input', () => {
      const at = Float64Array.from(normal(1001, 13, 2));
      const y = f(at, options);
      const dy = Float64Array.from(normal(1001, 14));
      const fromOutput = (f as unknown as PointwiseFunction<'sigmoid'>).gradientFromOutput(y, dy, options);
      const fromInput = f.gradient(at, dy, options);
      expect(farthest(at, fromOutput, (_, i) => fromInput[i] ?? NaN, relativeTo(1), 1e-9)).toBeNull();
    });
  } else {
    test('there is no gradient from the output', () => {
      expect(f.gradientFromOutput).toBeUndefined();
    });
  }

  test.each(['float16', 'bfloat16'] as const)('%s', (dtype) => {
    // The native tests take every pattern, here every seventh.
    const patterns = Uint16Array.from({ length: 9362 }, (_, i) => 7 * i);
    const y = f(patterns, { ...options, dtype });
    // Half a unit is a correctly rounded result; float arithmetic before the rounding may miss it by a trace.
    const distances = Array.from(patterns, (pattern, i) => ulpDistance16(y[i] ?? 0, exact(reference.f, fromBits(pattern, dtype), values), dtype));
    expect(distances.filter((distance) => !(distance <= 1))).toEqual([]);
    expect(distances.filter((distance) => distance <= 0.501).length / patterns.length).toBeGreaterThanOrEqual(0.999);
  });

  test('tails and misaligned subarrays hold the same bits as aligned ones', () => {
    const source = normal(300, 15, 3);
    const whole = f(source, options);
    for (const length of [1, 3, 7, 8, 15, 16, 17, 31, 33, 63, 65, 127, 129]) {
      for (const start of [1, 2, 3]) {
        const output = new Float32Array(length + 5).fill(7).subarray(3, 3 + length);
        f(source.subarray(start, start + length), { ...options, output });
        expect(output).toEqual(whole.subarray(start, start + length));
        expect(new Float32Array(output.buffer)[2]).toBe(7);
        expect(new Float32Array(output.buffer)[3 + length]).toBe(7);
      }
    }
  });

  test('in place, and empty', () => {
    const source = normal(100, 16);
    const expected = f(source, options);
    expect(f(source, { ...options, output: source })).toBe(source);
    expect(source).toEqual(expected);
    expect(f(new Float32Array(0), options)).toHaveLength(0);
  });
});
