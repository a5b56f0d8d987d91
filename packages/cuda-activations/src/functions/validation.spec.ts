import fc from 'fast-check';
import { apl, gelu, leakyRelu, prelu, relu, sigmoid, threshold } from '../index';

const x = new Float32Array([1, 2, 3]);
const any = (value: unknown): Float32Array => value as Float32Array;

test.each<[string, () => unknown, string]>([
  ['no array', () => gelu(any([1, 2])), 'x must be a Float32Array, a Float64Array or a Uint16Array of 16-bit floats, got an array of 2'],
  ['undefined', () => gelu(any(undefined)), 'got undefined'],
  ['another type', () => gelu(any(new Int32Array(2))), 'got Int32Array of 2'],
  ['16 bits without dtype', () => gelu(any(new Uint16Array(2))), 'dtype must be "float16" or "bfloat16" where x is a Uint16Array, got undefined'],
  ['a dtype that does not fit', () => gelu(x, { dtype: 'float16' }), 'dtype is "float16", but x is a Float32Array of 3'],
  ['an output of another length', () => gelu(x, { output: new Float32Array(2) }), 'output must hold 3 elements, got 2'],
  ['an output of another type', () => gelu(x, { output: any(new Float64Array(3)) }), 'output must be a Float32Array, got Float64Array of 3'],
  ['a gradient of another length', () => gelu.gradient(x, new Float32Array(2)), 'dy must hold 3 elements, got 2'],
  ['an unknown parameter', () => leakyRelu(x, { negativeSlop: 1 } as object), 'leaky_relu: unknown parameter "negativeSlop"; did you mean "negativeSlope"? Known: negativeSlope'],
  ['a parameter of another function', () => relu(x, { alpha: 1 } as object), 'relu: unknown parameter "alpha". It has none.'],
  ['a parameter out of range', () => leakyRelu(x, { negativeSlope: -1 }), 'leaky_relu: parameter negativeSlope must be a number in [0, inf], got -1'],
  ['an infinite parameter', () => threshold(x, { value: Infinity }), 'threshold: parameter value must be a finite number, got Infinity'],
  ['a parameter that is no number', () => leakyRelu(x, { negativeSlope: '1' as unknown as number }), 'got "1"'],
  ['options that are no object', () => gelu(x, 3 as unknown as object), 'gelu: options must be an object, got number'],
  ['a slope of another length', () => prelu(new Float32Array(5), new Float32Array(2)), 'x must hold a multiple of 2 channels x inner 1 elements, got 5'],
  ['hinges that do not pair', () => apl(x, new Float32Array(2), new Float32Array(3)), 'b must hold 2 elements, got 3'],
  ['inner 0', () => prelu(x, new Float32Array(1), { inner: 0 }), 'inner must be a whole number of at least 1, got 0'],
])('refuses %s', (_, call, message) => {
  expect(call).toThrow(message);
});

test('refuses detached and shared memory', () => {
  const moved = new Float32Array(4);
  structuredClone(moved.buffer, { transfer: [moved.buffer] });
  expect(() => gelu(moved)).toThrow('x has a detached buffer');
  expect(() => gelu(new Float32Array(new SharedArrayBuffer(16)) as unknown as Float32Array)).toThrow('x must not be shared memory');
});

test('refuses an output that overlaps the input in part', () => {
  const buffer = new Float32Array(10);
  expect(() => gelu(buffer.subarray(0, 8), { output: buffer.subarray(2, 10) })).toThrow(/overlap/);
});

test('any parameter is either used or refused with its name', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean(), fc.constant(null)), (value) => {
      const valid = typeof value === 'number' && Number.isFinite(value) && value >= 0;
      const call = (): Float32Array => leakyRelu(new Float32Array([-1]), { negativeSlope: value as number });
      if (valid) expect(call()[0]).toBeCloseTo(-Math.fround(value), 5);
      else expect(call).toThrow('parameter negativeSlope must be');
    }),
  );
});

test('any subarray gives what a copy of it gives', () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (array, i, j) => {
      const view = array.subarray(Math.min(i, j), Math.max(i, j));
      expect(sigmoid(view)).toEqual(sigmoid(view.slice()));
      expect(sigmoid.gradientFromOutput(view, view)).toEqual(sigmoid.gradientFromOutput(view.slice(), view.slice()));
    }),
  );
});

test('functions carry their row of the table', () => {
  expect(gelu.info.source).toContain('arXiv:1606.08415');
  expect(leakyRelu.name).toBe('leakyRelu');
  expect(gelu.gradientFromOutput).toBeUndefined();
});

test('parameters are typed by the table', () => {
  const calls = [
    () => leakyRelu(x, { negativeSlope: 0.1 }),
    // @ts-expect-error -- a name of the table, misspelt
    () => leakyRelu(x, { negativeSlop: 0.1 }),
    // @ts-expect-error -- relu has no parameters
    () => relu(x, { alpha: 1 }),
    // @ts-expect-error -- a parameter is a number
    () => leakyRelu(x, { negativeSlope: '0.1' }),
    // @ts-expect-error -- the output has the input's type
    () => relu(x, { output: new Float64Array(3) }),
  ];
  expect(calls.map((call) => { try { call(); return 'accepted'; } catch { return 'refused'; } })).toEqual(['accepted', 'refused', 'refused', 'refused', 'refused']);
});
