import { InferenceSession, Tensor } from 'onnxruntime-node';
import * as activations from 'cuda-activations';
import { listActivations, type ActivationInfo, type ActivationSpec } from 'cuda-activations';
import { activationToOnnx } from './export_activation';
import { Model, OPSET_VERSION } from './schema';

type Options = Readonly<Record<string, unknown>>;
type Kernel = (...operands: readonly [...Float32Array[], Options]) => Float32Array;

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
/** The fused kernel on arrays. */
const kernel = ({ name }: ActivationInfo): Kernel => (activations as unknown as Record<string, Kernel>)[camelCase(name)] as Kernel;

/** y of an exported activation in onnxruntime. */
async function run(bytes: Uint8Array, feeds: Readonly<Record<string, readonly [values: Float32Array, shape: readonly number[]]>>): Promise<Tensor> {
  const session = await InferenceSession.create(bytes);
  const { y } = await session.run(Object.fromEntries(Object.entries(feeds).map(([name, [values, shape]]) => [name, new Tensor('float32', values, shape)])));
  await session.release();
  return y as Tensor;
}

/** Largest difference, in units of the value or of 1 where that is larger. */
function difference(actual: Tensor, expected: Float32Array): number {
  expect(actual.data).toHaveLength(expected.length);
  return expected.reduce(
    (largest, value, i) => Math.max(largest, value === actual.data[i] ? 0 : Math.abs(value - Number(actual.data[i])) / Math.max(1, Math.abs(value))),
    0,
  );
}

/** Finite inputs: the curved part, the tails, both zeros and what is next to them. */
const inputs = Float32Array.from([0, -0, 1e-8, -1e-8, 1e3, -1e3, ...Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100)]);
/** Rows of 10, some places far apart and some equal. */
const rows = Float32Array.from({ length: 60 }, (_, i) => (i % 7 === 0 ? -20 : Math.sin(i * i)));
const learned = (phase: number, count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(phase + 3 * i));
/** onnxruntime takes sigmoid for constant below -18, which x times it shows. */
const tolerance = 2e-6;

test.each(listActivations('pointwise').map((info) => [info.name, info] as const))('%s, with its defaults and with other parameters', async (name, info) => {
  const other = Object.fromEntries(info.parameters.map((parameter) => [parameter.name, parameter.default + 0.25]));
  for (const parameters of info.parameters.length > 0 ? [{}, other] : [{}]) {
    const options = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [camelCase(key), value]));
    const y = await run(activationToOnnx({ name, ...parameters } as ActivationSpec), { x: [inputs, [inputs.length]] });
    expect(difference(y, kernel(info)(inputs, options))).toBeLessThan(tolerance);
  }
});

test.each(listActivations('rowwise').map((info) => [info.name, info] as const))('%s, along the last axis and another', async (name, info) => {
  expect(difference(await run(activationToOnnx(name), { x: [rows, [2, 3, 10]] }), kernel(info)(rows, { rowLength: 10 }))).toBeLessThan(tolerance);
  const columns = await run(activationToOnnx(name, { axis: 0 }), { x: [Float32Array.from(rows, (_, i) => rows[(i % 6) * 10 + Math.floor(i / 6)] as number), [10, 6]] });
  const expected = kernel(info)(rows, { rowLength: 10 });
  expect(
    difference(
      columns,
      expected.map((_, i) => expected[(i % 6) * 10 + Math.floor(i / 6)] as number),
    ),
  ).toBeLessThan(tolerance);
});

test.each(listActivations('gated').map((info) => [info.name, info] as const))('%s, of halves of the channels', async (name, info) => {
  const y = await run(activationToOnnx(name), { x: [rows, [2, 3, 10]] });
  expect(y.dims).toEqual([2, 3, 5]);
  expect(difference(y, kernel(info)(rows, { rowLength: 10 }))).toBeLessThan(tolerance);
});

test('prelu takes its slopes as an input', async () => {
  const slope = learned(1, 10);
  expect(difference(await run(activationToOnnx('prelu'), { x: [rows, [2, 3, 10]], slope: [slope, [10]] }), activations.prelu(rows, slope))).toBeLessThan(tolerance);
});

test('apl takes its hinges as inputs', async () => {
  const [a, b] = [learned(1, 20), learned(2, 20)];
  const y = await run(activationToOnnx('apl'), { x: [rows, [2, 3, 10]], a: [a, [2, 10]], b: [b, [2, 10]] });
  expect(difference(y, activations.apl(rows, a, b, { channels: 10 }))).toBeLessThan(tolerance);
});

test('every family is covered', () => {
  expect(new Set(listActivations().map(({ family }) => family))).toEqual(new Set(['pointwise', 'rowwise', 'gated', 'perChannel']));
  expect(listActivations('perChannel').map(({ name }) => name)).toEqual(['prelu', 'apl']);
});

test.each<[ActivationSpec, string[]]>([
  ['gelu', ['Gelu']],
  ['gelu_tanh', ['Gelu']],
  ['hard_silu', ['HardSwish']],
  ['mish', ['Mish']],
  ['celu', ['Celu']],
  ['elu', ['Elu']],
  ['selu', ['Selu']],
  ['soft_shrink', ['Shrink']],
  ['prelu', ['PRelu']],
  ['softmax', ['Softmax']],
  ['silu', ['Sigmoid', 'Mul']],
  ['swiglu', ['Split', 'Sigmoid', 'Mul', 'Mul']],
  ['linear', ['Identity']],
  ['apl', ['Unsqueeze', 'Sub', 'Relu', 'Mul', 'Relu', 'ReduceSum', 'Add']],
])('%s in operators of the standard', (name, ops) => {
  const model = Model.toObject(Model.decode(activationToOnnx(name)), { longs: Number }) as { opsetImport: object[]; graph: { node: { opType: string }[] } };
  expect(model.opsetImport).toEqual([{ version: OPSET_VERSION }]);
  expect(model.graph.node.map(({ opType }) => opType)).toEqual(ops);
});

test('bad arguments are refused by name', () => {
  expect(() => activationToOnnx('gleu' as 'gelu')).toThrow('did you mean');
  expect(() => activationToOnnx({ name: 'elu', alpha: -1 })).toThrow('alpha');
  expect(() => activationToOnnx('softmax', { axis: 0.5 })).toThrow('axis: expected a whole number, got 0.5');
});
