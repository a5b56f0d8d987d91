import { answerOf, check } from '@cuda-activations/tools/properties';
import * as tf from '@cuda-activations/runtime';
import fc from 'fast-check';
import * as activations from '../index';
import { apl, biasActivation, type GatedFunction, prelu, type RowwiseFunction } from '../index';
import { listActivations } from '../registry/registry';
import { camelCase } from '../registry/parameters';
import { functionOf, pointwiseCases } from '../testing/cases';
import { anyNumber, anyOptions, anyValue, operand } from '../testing/hostile';

type AnyFunction = (...args: unknown[]) => unknown;
const exportOf = <F>(name: string): F => (activations as unknown as Record<string, F>)[camelCase(name)] as F;

type Callable = readonly [name: string, call: AnyFunction];

const callables: readonly Callable[] = [
  ...listActivations().flatMap(({ name, family }): Callable[] => {
    const f = exportOf<AnyFunction & Record<string, AnyFunction | undefined>>(name);
    const parts = family === 'pointwise' || family === 'rowwise' ? ['gradient', 'gradientFromOutput'] : [];
    return [[name, f], ...parts.flatMap((part): Callable[] => (f[part] ? [[`${name}.${part}`, f[part]]] : []))];
  }),
  ['biasActivation', biasActivation as unknown as AnyFunction],
];

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const sizeOf = (dimensions: readonly number[]): number => dimensions.reduce((product, size) => product * size, 1);

/** A tensor to be made: of any type and rank, with or without elements, or disposed. */
const made = fc.record({ shape, dtype: fc.oneof({ weight: 6, arbitrary: fc.constant('float32' as const) }, { weight: 1, arbitrary: fc.constantFrom('int32' as const, 'bool' as const) }), disposed: fc.nat(9) }).map((what) => ({
  tensor: (): tf.Tensor => {
    const tensor = tf.ones(what.shape, what.dtype);
    if (what.disposed === 0) tensor.dispose();
    return tensor;
  },
}));

const isMade = (value: unknown): value is { tensor: () => tf.Tensor } => typeof value === 'object' && value !== null && typeof (value as { tensor?: unknown }).tensor === 'function';

test('any arguments are used or refused by an error that is meant for the caller, and no tensor is left behind', () => {
  const argument = fc.oneof({ weight: 6, arbitrary: made as fc.Arbitrary<unknown> }, { weight: 2, arbitrary: anyOptions }, { weight: 1, arbitrary: operand }, { weight: 1, arbitrary: anyValue });
  const call = fc.tuple(fc.constantFrom(...callables), made, fc.array(argument, { maxLength: 4 }));
  check(fc.property(call, ([[, f], first, rest]) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const args = [first, ...rest].map((value) => (isMade(value) ? value.tensor() : value));
      answerOf(() => f(...args));
    });
    expect(tf.memory().numTensors).toBe(before);
  }), { sample: 1000 });
});

/** TensorFlow's threads flush subnormal numbers to zero, the threads of array calls do not: values whose products and tails are none. */
const finite = fc.float({ min: -8, max: 8, noNaN: true }).map((value) => (Math.abs(value) < 1e-12 ? 0 : value));
const filled = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }).chain((dimensions) => fc.record({ dimensions: fc.constant(dimensions), x: fc.array(finite, { minLength: sizeOf(dimensions), maxLength: sizeOf(dimensions) }).map((list) => Float32Array.from(list)) }));
const read = (tensor: tf.Tensor): Float32Array => tensor.dataSync().slice() as Float32Array;
const bits = (array: Float32Array): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

test('a tensor of any shape gets the bits that its elements get as an array', () => {
  check(fc.property(fc.constantFrom(...pointwiseCases), filled, ({ name, options: given }, { dimensions, x }) => {
    const f = functionOf(name);
    // An attribute of an op is a float.
    const options = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, Math.fround(value)]));
    const [y, dx, got] = tf.tidy(() => {
      const tensor = tf.tensor(x, dimensions);
      const result = f(tensor, options);
      return [read(result), read(f.gradient(tensor, tensor, options)), result.shape];
    });
    expect(got).toEqual(dimensions);
    expect(bits(y)).toEqual(bits(f(x, options)));
    expect(bits(dx)).toEqual(bits(f.gradient(x, x, options)));
  }), { sample: 200, share: 0.2 });
});

test('rows along any axis, gates, and parameters of channels in both layouts', () => {
  const rowwise = listActivations('rowwise').map(({ name }) => exportOf<RowwiseFunction>(name));
  const gated = listActivations('gated').map(({ name }) => exportOf<GatedFunction>(name));
  check(fc.property(fc.constantFrom(...rowwise), fc.constantFrom(...gated), filled, fc.nat(3), fc.boolean(), (row, gate, { dimensions, x }, place, first) => {
    tf.tidy(() => {
      const tensor = tf.tensor(x, dimensions);
      const rank = dimensions.length;
      const axis = place % rank;
      const exchanged = dimensions.map((_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
      const rows = tf.transpose(tensor, exchanged);
      const rowLength = rows.shape[rank - 1] ?? 0;
      const expected = tf.transpose(tf.tensor(row(read(rows), { rowLength: x.length === 0 ? 0 : rowLength }), rows.shape), exchanged);
      expect(bits(read(row(tensor, { axis })))).toEqual(bits(read(expected)));
      expect(bits(read(gate(tensor, tensor)))).toEqual(bits(gate(x, x)));
      if (first && rank < 2) return;
      const channels = dimensions[first ? 1 : rank - 1] ?? 0;
      const slope = Float32Array.from({ length: channels }, (_, c) => 0.1 * c - 0.2);
      const inner = first ? sizeOf(dimensions.slice(2)) : 1;
      const dataFormat = first ? 'channelsFirst' : 'channelsLast';
      if (channels === 0 || inner === 0) return;
      expect(bits(read(prelu(tensor, tf.tensor1d(slope), { dataFormat })))).toEqual(bits(prelu(x, slope, { inner })));
      const hinges = tf.tensor2d(slope, [1, channels]);
      expect(bits(read(apl(tensor, hinges, hinges, { dataFormat })))).toEqual(bits(apl(x, slope, slope, { channels, inner })));
      expect(bits(read(biasActivation(tensor, tf.tensor1d(slope), { dataFormat, activation: 'gelu' })))).toEqual(bits(biasActivation(x, slope, { inner, activation: 'gelu' })));
    });
  }), { sample: 200, share: 0.2 });
});

test('tensors that fit, and any option', () => {
  const option = fc.tuple(fc.constantFrom('dataFormat', 'axis', 'activation', 'dropout', 'residual', 'alpha'), fc.oneof(anyNumber as fc.Arbitrary<unknown>, fc.string(), fc.constantFrom('constructor', '__proto__', 'relu', 'swiglu'), anyValue));
  check(fc.property(fc.constantFrom(...callables), option, ([name, f], [key, value]) => {
    tf.tidy(() => {
      const x = tf.ones([2, 4]);
      const first = name === 'apl' ? [tf.ones([3, 4]), tf.ones([3, 4])] : name === 'prelu' || name === 'biasActivation' ? [tf.ones([4])] : name.includes('.') ? [x] : [];
      const { result } = { result: undefined, ...answerOf(() => f(x, ...first, { [key]: value })) };
      if (key === 'dataFormat' && result !== undefined) expect([undefined, 'channelsFirst', 'channelsLast']).toContain(value);
    });
  }), { sample: 600, share: 0.5 });
});

test('a rate of dropout is in [0, 1) or refused', () => {
  check(fc.property(anyNumber, (rate) => {
    tf.tidy(() => {
      const call = (): tf.Tensor => biasActivation(tf.ones([2, 3]), tf.zeros([3]), { dropout: { rate, state: tf.tensor1d([1, 2], 'int32') } });
      expect(answerOf(call).refused === undefined).toBe(rate >= 0 && rate < 1);
    });
  }), { sample: 100, share: 0.2 });
});
