import fc from 'fast-check';

/** Arrays that native code must not read as they are, and values that look like arrays or tensors. */
const oddities: readonly (() => unknown)[] = [
  () => {
    const moved = new Float32Array(4);
    structuredClone(moved.buffer, { transfer: [moved.buffer] });
    return moved;
  },
  () => new Float32Array(new SharedArrayBuffer(16)),
  () => new DataView(new ArrayBuffer(8)),
  () => new BigInt64Array(4),
  () => new Int32Array(4),
  () => new Uint8Array(0),
  () => [1, 2, 3, 4],
  () => new Array<number>(4),
  () => ({ length: 4, 0: 1, 1: 2, 2: 3, 3: 4 }),
  () => ({ dataId: {}, shape: [4], dtype: 'float32' }),
  () => ({ dataId: null, shape: null, dtype: null }),
  () => new Proxy({}, {}),
  () => Object.create(null) as unknown,
  () => Symbol('x'),
  () => 2n ** 70n,
  () => (): number => 1,
  () => class {},
  () => new Date(NaN),
  () => NaN,
  () => -0,
  () => 2 ** 53,
  () => 1e308,
];

/** Any value at all. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withTypedArray: true, withBigInt: true, withNullPrototype: true, withSparseArray: true, maxDepth: 2 }),
  fc.constantFrom(...oddities).map((make) => make()),
);

/** Numbers with which sizes and parameters go wrong. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 31), 1e308),
);

/** Arrays of the four element types, short enough that lengths often agree. */
export const anyArray: fc.Arbitrary<Float32Array | Float64Array | Uint16Array> = fc.oneof(
  fc.float32Array({ maxLength: 6 }),
  fc.float64Array({ maxLength: 6 }),
  fc.uint16Array({ maxLength: 6 }),
);

/** What may stand in the place of an operand: mostly an array, sometimes anything. */
export const operand: fc.Arbitrary<unknown> = fc.oneof({ weight: 4, arbitrary: anyArray }, { weight: 1, arbitrary: anyValue });

const optionNames = ['output', 'dtype', 'inner', 'channels', 'rowLength', 'residual', 'dropout', 'activation', 'dataFormat', 'axis', 'alpha', 'beta', 'lambda', 'negativeSlope', 'value', 'threshold', 'rate', 'segments', 'sharing', 'seed'] as const;

/** What may stand in the place of options. */
export const anyOptions: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 4,
    arbitrary: fc.dictionary(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...optionNames) }, { weight: 1, arbitrary: fc.string() }), fc.oneof(anyNumber, operand, fc.constantFrom('float16', 'bfloat16', 'channelsFirst', 'gelu', 'swiglu', 'softmax'), anyValue), { maxKeys: 3 }),
  },
  { weight: 1, arbitrary: anyValue },
);
