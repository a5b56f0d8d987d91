import { answerOf, check } from '@cuda-activations/tools/properties';
import fc from 'fast-check';
import * as activations from '../index';
import { apl, biasActivation, type FloatArray, prelu, softmax } from '../index';
import { listActivations } from '../registry/registry';
import { farthest, relativeTo } from '../testing/compare';
import { pointwiseCases, functionOf } from '../testing/cases';
import { anyNumber, anyOptions, anyValue, operand } from '../testing/hostile';

type AnyFunction = (...args: unknown[]) => unknown;

/** Every function on arrays that the package exports, with the functions that hang on it. */
const callables: readonly (readonly [name: string, call: AnyFunction])[] = Object.entries(activations).flatMap(([name, exported]) => {
  if (typeof exported !== 'function' || ['useTensorFlowJs', 'register', 'fuseStockActivations', 'diagnose', 'diagnosisText'].includes(name)) return [];
  const parts = ['gradient', 'secondGradient', 'gradientFromOutput'].flatMap((part): [string, AnyFunction][] => {
    const call = (exported as unknown as Record<string, unknown>)[part];
    return typeof call === 'function' ? [[`${name}.${part}`, call as AnyFunction]] : [];
  });
  return [[name, exported as AnyFunction] as const, ...parts];
});

test('there is something to try', () => {
  expect(callables.length).toBeGreaterThan(3 * listActivations('pointwise').length);
});

test('any arguments are used or refused by an error that is meant for the caller', () => {
  const call = fc.tuple(fc.constantFrom(...callables), fc.array(fc.oneof({ weight: 3, arbitrary: operand }, { weight: 2, arbitrary: anyOptions }), { maxLength: 5 }));
  check(fc.property(call, ([[, made], args]) => { answerOf(() => made(...args)); }), { sample: 2000 });
});

test('arrays first and anything after: as well', () => {
  const call = fc.tuple(fc.constantFrom(...callables), fc.nat(9), fc.integer({ min: 1, max: 4 }), anyOptions);
  check(fc.property(call, ([[, made], length, operands, options]) => {
    const args = Array.from({ length: operands }, () => new Float32Array(length).fill(0.5));
    answerOf(() => made(...args, options));
  }), { sample: 1000 });
});

test('any specification of an activation is resolved or refused', () => {
  const spec = fc.oneof(anyValue, fc.record({ name: fc.oneof(fc.constantFrom('elu', 'threshold', 'toString', '__proto__', 'constructor'), anyValue), alpha: anyNumber }, { requiredKeys: [] }));
  check(fc.property(spec, (value) => { answerOf(() => activations.resolveActivation(value as 'relu')); }), { sample: 500 });
});

const bits = (array: FloatArray): Buffer => Buffer.from(array.buffer.slice(array.byteOffset, array.byteOffset + array.byteLength));

/** A view at any place of a buffer, whose rest must stay as it is. */
const placed = fc.record({ x: fc.float32Array({ maxLength: 70 }), before: fc.nat(9), after: fc.nat(9) });
const guard = 12345.5;
function inside(values: Float32Array, before: number, after: number): { view: Float32Array; guards: () => number[] } {
  const whole = new Float32Array(before + values.length + after).fill(guard);
  whole.set(values, before);
  return { view: whole.subarray(before, before + values.length), guards: () => [...whole.subarray(0, before), ...whole.subarray(before + values.length)] };
}

test('an element does not depend on its place, its neighbours, or where the result goes, and nothing else is written', () => {
  check(fc.property(fc.constantFrom(...pointwiseCases), placed, placed, ({ name, options }, { x, before, after }, other) => {
    const f = functionOf(name);
    const source = inside(x, before, after);
    const target = inside(new Float32Array(x.length), other.before, other.after);
    const y = f(source.view, { ...options, output: target.view });
    expect(y).toBe(target.view);
    const alone = Float32Array.from(x, (value) => f(Float32Array.of(value), options)[0] ?? NaN);
    expect(bits(y)).toEqual(bits(alone));
    expect(bits(source.view)).toEqual(bits(x));
    for (const value of [...source.guards(), ...target.guards()]) expect(value).toBe(guard);
    expect(bits(f(x, { ...options, output: x }))).toEqual(bits(alone));
  }), { sample: 400, share: 0.2 });
});

const finite = fc.float({ min: -1e6, max: 1e6, noNaN: true });
const sizes = fc.record({ outer: fc.nat(5), channels: fc.integer({ min: 1, max: 37 }), inner: fc.integer({ min: 1, max: 5 }) });
/** Values of a given length, drawn by fast-check. */
const values = (length: number): fc.Arbitrary<Float32Array> => fc.array(finite, { minLength: length, maxLength: length }).map((list) => Float32Array.from(list));
const at = (array: ArrayLike<number>, i: number): number => array[i] ?? NaN;

const perChannel = sizes.chain((size) => {
  const count = size.outer * size.channels * size.inner;
  return fc.record({ size: fc.constant(size), x: values(count), first: values(2 * size.channels), second: values(2 * size.channels) });
});

test('prelu, apl and bias of any shape, against their definitions', () => {
  check(fc.property(perChannel, ({ size: { channels, inner }, x, first, second }) => {
    const channel = (i: number): number => Math.floor(i / inner) % channels;
    const slope = first.subarray(0, channels);
    expect(farthest(x, prelu(x, slope, { inner }), (v, i) => (v > 0 ? v : at(slope, channel(i)) * v), relativeTo(1), 1e-6)).toBeNull();
    const hinge = (v: number, p: number): number => at(first, p) * Math.max(0, at(second, p) - v);
    const scale = (v: number, c: number): number => Math.abs(v) + Math.abs(hinge(v, c)) + Math.abs(hinge(v, channels + c)) + 1;
    const y = apl(x, first, second, { channels, inner });
    for (const [i, v] of x.entries()) {
      const c = channel(i);
      expect(Math.abs(at(y, i) - (Math.max(0, v) + hinge(v, c) + hinge(v, channels + c)))).toBeLessThanOrEqual(1e-6 * scale(v, c));
    }
    const biased = biasActivation(x, slope, { inner, activation: 'relu' });
    expect(farthest(x, biased, (v, i) => Math.max(0, v + at(slope, channel(i))), relativeTo(1), 1e-6)).toBeNull();
  }), { sample: 150, share: 0.05 });
});

test('rows of a softmax of any shape sum to 1 and keep their order', () => {
  const rows = fc.record({ rows: fc.integer({ min: 0, max: 5 }), rowLength: fc.integer({ min: 1, max: 40 }) });
  check(fc.property(rows.chain((shape) => fc.record({ shape: fc.constant(shape), x: values(shape.rows * shape.rowLength) })), ({ shape: { rowLength }, x }) => {
    const y = softmax(x, { rowLength });
    for (let row = 0; row < x.length; row += rowLength) {
      const [input, output] = [x.subarray(row, row + rowLength), y.subarray(row, row + rowLength)];
      expect(output.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(at(output, input.indexOf(Math.max(...input)))).toBe(Math.max(...output));
    }
  }), { sample: 150, share: 0.5 });
});
