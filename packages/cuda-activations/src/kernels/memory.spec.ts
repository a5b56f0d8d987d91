import * as tf from '@cuda-activations/runtime';
import * as activations from '../index';
import { apl, biasActivation, type GatedFunction, gelu, listActivations, type PointwiseFunction, type PointwiseName, prelu, type RowwiseFunction } from '../index';
import { camelCase } from '../registry/parameters';
import { normal } from '../testing/samples';

type Function = (...inputs: tf.Tensor[]) => tf.Tensor;

const shape = [8, 3, 6];
// Results of an op: values from JavaScript reach TensorFlow at their first use.
const tensor = (of: number[], seed: number): tf.Tensor => tf.tidy(() => tf.neg(tf.tensor(normal(tf.util.sizeFromShape(of), seed), of)));
const [x, residual, bias, slope, a, b] = [tensor(shape, 1), tensor(shape, 2), tensor([6], 3), tensor([6], 4), tensor([5, 6], 5), tensor([5, 6], 6)] as const;
const state = tf.tidy(() => tf.neg(tf.tensor1d([7, 3], 'int32')));
const dropout = { rate: 0.4, state };

const exported = <F>(name: string): F => (activations as unknown as Record<string, F>)[camelCase(name)] as F;
const names = (family: 'pointwise' | 'gated' | 'rowwise'): string[] => listActivations(family).map(({ name }) => name);

/** Every op: what it is called, the call, its inputs. */
const ops: readonly (readonly [string, Function, readonly tf.Tensor[]])[] = [
  ...names('pointwise').flatMap((name): [string, Function, tf.Tensor[]][] => {
    const f = exported<PointwiseFunction<'relu'>>(name);
    const activation = name as PointwiseName;
    const call = (options: object): Function => (v, c, r) => biasActivation(v as tf.Tensor, c as tf.Tensor, { activation, ...options, ...(r && { residual: r }) });
    return [
      [name, (v) => f(v as tf.Tensor), [x]],
      [`bias, ${name}`, call({}), [x, bias]],
      [`bias, channels first, ${name}`, call({ dataFormat: 'channelsFirst' }), [x, tf.slice(bias, [0], [3])]],
      [`bias, residual, ${name}`, call({}), [x, bias, residual]],
      [`bias, ${name}, dropout`, call({ dropout }), [x, bias]],
      [`bias, residual, ${name}, dropout`, call({ dropout }), [x, bias, residual]],
    ];
  }),
  ...names('gated').flatMap((name): [string, Function, tf.Tensor[]][] => {
    const f = exported<GatedFunction>(name);
    return [
      [name, (v) => f(v as tf.Tensor), [x]],
      [`${name} of two tensors`, (v, w) => f(v as tf.Tensor, w as tf.Tensor), [x, residual]],
    ];
  }),
  ...names('rowwise').flatMap((name): [string, Function, tf.Tensor[]][] => {
    const f = exported<RowwiseFunction>(name);
    return [
      [name, (v) => f(v as tf.Tensor), [x]],
      [`${name} along another axis`, (v) => f(v as tf.Tensor, { axis: 1 }), [x]],
    ];
  }),
  ['prelu', (v, s) => prelu(v as tf.Tensor, s as tf.Tensor), [x, slope]],
  ['prelu, channels first', (v, s) => prelu(v as tf.Tensor, s as tf.Tensor, { dataFormat: 'channelsFirst' }), [x, tf.slice(slope, [0], [3])]],
  ['apl', (v, p, q) => apl(v as tf.Tensor, p as tf.Tensor, q as tf.Tensor), [x, a, b]],
];

const gradientOps = [...names('pointwise'), ...names('rowwise')].map((name): [string, Function, tf.Tensor[]] => {
  const f = exported<RowwiseFunction>(name);
  return [name, (v, dy) => f.gradient(v as tf.Tensor, dy as tf.Tensor), [x, residual]];
});

const native = (): number => tf.tensorflowBackend().binding.getNumOfTensors();
const alive = (): object => ({ ...tf.memory(), native: native(), dataIds: tf.tensorflowBackend().numDataIds() });

/** Runs a call, disposes of what it returns, and compares all that TensorFlow and TensorFlow.js hold with what they held. */
function expectNothingLeft(call: () => tf.TensorContainer): void {
  const before = alive();
  tf.dispose(call());
  expect(alive()).toEqual(before);
}

/** Buffers of the size of x that a tape keeps for the backward pass of f, where inputs and output are disposed of. (Bytes of tf.memory() count a shared buffer twice.) */
function keptBuffers(f: Function, inputs: readonly tf.Tensor[]): number {
  let kept = NaN;
  const recorded: Function = (...leaves) => {
    const before = tf.memory().numDataBuffers;
    // The gradient of neg needs no tensor: only f keeps any. Parameters live on outside.
    const operands = leaves.map((leaf) => (leaf.size === x.size ? tf.neg(leaf) : leaf));
    const y = f(...operands);
    const z = tf.neg(y);
    tf.dispose([...operands.filter((each) => !leaves.includes(each)), y]);
    kept = tf.memory().numDataBuffers - before - 1;
    return z;
  };
  tf.dispose(tf.grads(recorded)([...inputs]));
  return kept;
}

const gradientsOf = (f: Function) => (...args: tf.Tensor[]): tf.Tensor[] => tf.grads(f)(args);
const sumOf = (f: (...args: tf.Tensor[]) => tf.Tensor[]): Function => (...args) => tf.addN(f(...args).map((each) => tf.sum(each)));

test.each(ops)('%s leaves nothing behind: the call, its gradient, its second gradient', (_, f, inputs) => {
  expectNothingLeft(() => f(...inputs));
  expectNothingLeft(() => gradientsOf(f)(...inputs));
  expectNothingLeft(() => gradientsOf(sumOf(gradientsOf(f)))(...inputs));
});

test.each(gradientOps)('the gradient of %s leaves nothing behind, nor does its own', (_, f, inputs) => {
  expectNothingLeft(() => f(...inputs));
  expectNothingLeft(() => gradientsOf(f)(...inputs));
});

test.each(ops)('%s keeps one tensor of the size of x for the backward pass at most', (name, f, inputs) => {
  // Of two operands the gradient takes both: together they are what a packed x is.
  expect(keptBuffers(f, inputs)).toBeLessThanOrEqual(name.endsWith('of two tensors') ? 2 : 1);
});

test('where the derivative is a function of the output, the output alone is kept', () => {
  for (const { name, fromOutput } of listActivations('pointwise')) {
    const f = exported<PointwiseFunction<'relu'>>(name);
    // gelu keeps its input, which is that output. The result of linear is its input.
    const kept = keptBuffers((v) => gelu(f(v as tf.Tensor)), [x]);
    expect([name, kept]).toEqual([name, fromOutput == null ? 2 : 1]);
  }
});

test('more than that is noticed', () => {
  expect(keptBuffers((v) => tf.mul(v as tf.Tensor, tf.tanh(tf.softplus(v as tf.Tensor))), [x])).toBeGreaterThan(1);
  expect(() => {
    expectNothingLeft(() => [tf.neg(x), tf.neg(x)].slice(1));
  }).toThrow('numTensors');
});
