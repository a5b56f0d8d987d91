import { apl, biasActivation, type FloatArray, geglu, glu, prelu, swiglu } from '../index';
import { farthest, relativeTo } from '../testing/compare';
import { references } from '../testing/reference';
import { normal } from '../testing/samples';

const close = relativeTo(1);
const at = (array: ArrayLike<number>, i: number): number => array[i] ?? NaN;

describe('gated', () => {
  const [a, b, dy] = [normal(1003, 1), normal(1003, 2, 2), normal(1003, 3)];
  const { f, d } = references.silu;

  test('two operands', () => {
    expect(farthest(a, swiglu(a, b), (v, i) => v * f(at(b, i), [1]), close, 1e-6)).toBeNull();
    const { da, db } = swiglu.gradient(a, b, dy);
    expect(farthest(a, da, (_, i) => at(dy, i) * f(at(b, i), [1]), close, 1e-6)).toBeNull();
    expect(farthest(a, db, (v, i) => at(dy, i) * v * d(at(b, i), [1]), close, 1e-6)).toBeNull();
  });

  test.each([[2], [6], [34], [1002]])('packed rows of %i hold the bits of two operands', (rowLength) => {
    const x = normal(rowLength * 3, 4);
    const half = rowLength / 2;
    const part = (offset: number): Float32Array => Float32Array.from({ length: 3 * half }, (_, i) => at(x, Math.floor(i / half) * rowLength + offset + (i % half)));
    const [first, second] = [part(0), part(half)];
    expect(geglu(x, { rowLength })).toEqual(geglu(first, second));
    const upstream = normal(3 * half, 5);
    const dx = geglu.gradient(x, upstream, { rowLength });
    const { da, db } = geglu.gradient(first, second, upstream);
    const packed = Float32Array.from(x, (_, i) => {
      const [row, column] = [Math.floor(i / rowLength), i % rowLength];
      return column < half ? at(da, row * half + column) : at(db, row * half + column - half);
    });
    expect(dx).toEqual(packed);
  });

  test('an odd or wrong row length is refused', () => {
    expect(() => glu(new Float32Array(6), { rowLength: 3 })).toThrow('rowLength must be an even number that divides the 6 elements of x, got 3');
    expect(() => glu(new Float32Array(6), { rowLength: 4 })).toThrow('got 4');
    expect(() => glu(new Float32Array(5))).toThrow('got 5');
    expect(() => glu(new Float32Array(2), { width: 1 } as object)).toThrow('glu: unknown option "width". Known: output, dtype, rowLength');
  });
});

describe('gradients with several results', () => {
  const [x, dy] = [normal(60, 30), normal(60, 31)];
  const [parameter, other] = [normal(6, 32), normal(6, 33)];
  test.each([
    ['biasActivation', (options: object) => biasActivation.gradient(x, parameter, dy, { activation: 'gelu', ...options })],
    ['prelu', (options: object) => prelu.gradient(x, parameter, dy, options)],
    ['apl', (options: object) => apl.gradient(x, parameter, other, dy, { channels: 6, ...options })],
  ] as const)('%s puts dx into the output', (_, gradient) => {
    const expected = gradient({});
    const output = new Float32Array(x.length);
    expect(gradient({ output }).dx).toBe(output);
    expect(gradient({ output })).toEqual(expected);
    expect(() => gradient({ output: new Float32Array(3) })).toThrow('output must hold 60 elements, got 3');
  });
});

/** Channel of element i of [outer, channels, inner]. */
const channel = (i: number, channels: number, inner: number): number => Math.floor(i / inner) % channels;

describe.each([
  [1, 1], [5, 1], [64, 1], [3, 35], [17, 4],
])('%i channels, inner %i', (channels, inner) => {
  const count = channels * inner * 7;
  const [x, dy] = [normal(count, 20), normal(count, 21)];
  const sumOf = (term: (i: number) => number): number[] => {
    const sums = new Array<number>(channels).fill(0);
    for (let i = 0; i < count; i++) {
      const c = channel(i, channels, inner);
      sums[c] = at(sums, c) + term(i);
    }
    return sums;
  };

  test('prelu', () => {
    const slope = normal(channels, 22, 0.5);
    const slopeOf = (i: number): number => at(slope, channel(i, channels, inner));
    expect(farthest(x, prelu(x, slope, { inner }), (v, i) => (v > 0 ? v : slopeOf(i) * v), close, 1e-6)).toBeNull();
    const { dx, dslope } = prelu.gradient(x, slope, dy, { inner });
    expect(farthest(x, dx, (v, i) => at(dy, i) * (v > 0 ? 1 : slopeOf(i)), close, 1e-6)).toBeNull();
    const sums = sumOf((i) => at(dy, i) * Math.min(0, at(x, i)));
    expect(farthest(slope, dslope, (_, c) => at(sums, c), close, 1e-5)).toBeNull();
  });

  test.each([0, 1, 2, 5, 8, 10, 17])('apl of %i segments', (segments) => {
    const [a, b] = [normal(segments * channels, 23, 0.5), normal(segments * channels, 24)];
    const hinges = (i: number, term: (a: number, b: number, s: number) => number): number => {
      let sum = 0;
      for (let s = 0; s < segments; s++) {
        const p = s * channels + channel(i, channels, inner);
        sum += term(at(a, p), at(b, p), s);
      }
      return sum;
    };
    const y = apl(x, a, b, { channels, inner });
    expect(farthest(x, y, (v, i) => Math.max(0, v) + hinges(i, (as, bs) => as * Math.max(0, bs - v)), close, 2e-6)).toBeNull();
    const { dx, da, db } = apl.gradient(x, a, b, dy, { channels, inner });
    const slope = (v: number, i: number): number => (v > 0 ? 1 : 0) - hinges(i, (as, bs) => (v < bs ? as : 0));
    expect(farthest(x, dx, (v, i) => at(dy, i) * slope(v, i), close, 2e-6)).toBeNull();
    for (let s = 0; s < segments; s++) {
      const p = (c: number): number => s * channels + c;
      const sumA = sumOf((i) => at(dy, i) * Math.max(0, at(b, p(channel(i, channels, inner))) - at(x, i)));
      const sumB = sumOf((i) => (at(x, i) < at(b, p(channel(i, channels, inner))) ? at(dy, i) : 0));
      expect(farthest(sumA, da.subarray(p(0), p(channels)), (v) => v, close, 2e-5)).toBeNull();
      expect(farthest(sumB, db.subarray(p(0), p(channels)), (v, c) => v * at(a, p(c)), close, 2e-5)).toBeNull();
    }
  });

  test('bias, residual and activation', () => {
    const bias = normal(channels, 25);
    const residual = normal(count, 26);
    const z = (i: number): number => at(x, i) + at(bias, channel(i, channels, inner)) + at(residual, i);
    const { f, d } = references.elu;
    const options = { activation: { name: 'elu', alpha: 0.5 }, residual, inner } as const;
    expect(farthest(x, biasActivation(x, bias, options), (_, i) => f(z(i), [0.5]), close, 2e-6)).toBeNull();
    const { dx, dbias } = biasActivation.gradient(x, bias, dy, options);
    expect(farthest(x, dx, (_, i) => at(dy, i) * d(z(i), [0.5]), close, 2e-6)).toBeNull();
    const sums = sumOf((i) => at(dy, i) * d(z(i), [0.5]));
    expect(farthest(bias, dbias, (_, c) => at(sums, c), close, 2e-5)).toBeNull();
  });
});

describe('dropout', () => {
  const x = new Float32Array(20000).fill(1);
  const bias = new Float32Array(4);
  const dropped = (seed: number, counter: number, rate = 0.3): Float32Array => biasActivation(x, bias, { dropout: { rate, seed, counter } });

  test('drops the stated fraction and keeps the mean', () => {
    const y = dropped(1, 0);
    const zeros = y.filter((v) => v === 0).length;
    // Five standard deviations of a binomial count.
    expect(Math.abs(zeros - 6000)).toBeLessThan(5 * Math.sqrt(20000 * 0.3 * 0.7));
    expect(new Set(y)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
  });

  test('the mask is a function of seed and counter, and the backward pass has the same', () => {
    expect(dropped(1, 0)).toEqual(dropped(1, 0));
    expect(dropped(1, 1)).not.toEqual(dropped(1, 0));
    expect(dropped(2, 0)).not.toEqual(dropped(1, 0));
    const { dx } = biasActivation.gradient(x, bias, x, { dropout: { rate: 0.3, seed: 1, counter: 0 } });
    expect(dx).toEqual(dropped(1, 0));
  });

  test.each([[1, 'dropout.rate must be in [0, 1), got 1'], [-0.1, 'got -0.1'], [NaN, 'got NaN']])('rate %d is refused', (rate, message) => {
    expect(() => dropped(1, 0, rate)).toThrow(message);
  });
});

test('parameter gradients have the same bits for every kind of call order', () => {
  const [x, dy] = [normal(64 * 1000, 30), normal(64 * 1000, 31)];
  const [a, b] = [normal(5 * 64, 32), normal(5 * 64, 33)];
  const bytes = (): Buffer => {
    const { dx, da, db } = apl.gradient(x, a, b, dy, { channels: 64 });
    return Buffer.concat([dx, da, db].map((each) => Buffer.from(each.buffer)));
  };
  const first = bytes();
  for (let i = 0; i < 5; i++) expect(bytes().equals(first)).toBe(true);
});

test('float64 and 16-bit forms of every family', () => {
  const wide = (array: FloatArray): Float64Array => Float64Array.from(array);
  const [x, slope] = [wide(normal(12, 40)), wide(normal(3, 41))];
  expect(prelu(x, slope)).toBeInstanceOf(Float64Array);
  const half = new Uint16Array([0x3c00, 0xbc00]); // 1 and -1
  expect(prelu(half, new Uint16Array([0x3800]), { dtype: 'float16' })).toEqual(new Uint16Array([0x3c00, 0xb800]));
  expect(() => prelu(half, slope as unknown as Uint16Array, { dtype: 'float16' })).toThrow('slope must be a Uint16Array, got Float64Array of 3');
});
