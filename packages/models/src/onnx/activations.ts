import type { ActivationName, ResolvedActivation } from 'cuda-activations';
import { ELEMENT_TYPES, type Attribute } from './schema';
import type { GraphBuilder, Value } from './graph_builder';

/** Writes y of a value x; p holds the activation's parameters by name. */
type Form = (g: GraphBuilder, x: Value, p: Readonly<Record<string, number>>) => Value;
/** The same along one axis. */
type RowForm = (g: GraphBuilder, x: Value, axis: number) => Value;

/** An op of ONNX that means the same; attributes of floats by the parameter or the constant that they are. */
const op = (opType: string, attributes: (p: Readonly<Record<string, number>>) => Readonly<Record<string, number>> = () => ({})): Form =>
  (g, x, p) => g.op(opType, [x], floats(attributes(p)));
const floats = (values: Readonly<Record<string, number>>): Record<string, Attribute> => Object.fromEntries(Object.entries(values).map(([name, float]) => [name, { float }]));
const parameter = (p: Readonly<Record<string, number>>, name: string): number => {
  const value = p[name];
  if (value === undefined) throw new RangeError(`parameters: expected ${name} among them, got ${Object.keys(p).join(', ') || 'none'}`);
  return value;
};

const clip = (g: GraphBuilder, x: Value, min: number, max: number): Value => g.op('Clip', [x, g.scalar(min), g.scalar(max)]);
const gatedBySigmoid = (g: GraphBuilder, x: Value, scale: number): Value => g.op('Mul', [x, g.op('Sigmoid', [scale === 1 ? x : g.op('Mul', [x, g.scalar(scale)])])]);

/** The pointwise functions in ops of ONNX: one where the standard has it, else composed of several. */
const POINTWISE: Readonly<Record<string, Form>> = {
  linear: (_, x) => x,
  relu: op('Relu'),
  relu6: (g, x) => clip(g, x, 0, 6),
  leaky_relu: op('LeakyRelu', (p) => ({ alpha: parameter(p, 'negative_slope') })),
  elu: op('Elu', (p) => ({ alpha: parameter(p, 'alpha') })),
  selu: op('Selu', () => ({ alpha: 1.6732632423543772, gamma: 1.0507009873554805 })),
  celu: op('Celu', (p) => ({ alpha: parameter(p, 'alpha') })),
  gelu: op('Gelu'),
  gelu_tanh: (g, x) => g.op('Gelu', [x], { approximate: 'tanh' }),
  silu: (g, x, p) => gatedBySigmoid(g, x, parameter(p, 'beta')),
  quick_gelu: (g, x) => gatedBySigmoid(g, x, 1.702),
  hard_silu: op('HardSwish'),
  sigmoid: op('Sigmoid'),
  hard_sigmoid: op('HardSigmoid', () => ({ alpha: 1 / 6, beta: 0.5 })),
  log_sigmoid: (g, x) => g.op('Neg', [g.op('Softplus', [g.op('Neg', [x])])]),
  tanh: op('Tanh'),
  hard_tanh: (g, x) => clip(g, x, -1, 1),
  tanh_shrink: (g, x) => g.op('Sub', [x, g.op('Tanh', [x])]),
  hard_shrink: op('Shrink', (p) => ({ lambd: parameter(p, 'threshold'), bias: 0 })),
  soft_shrink: op('Shrink', (p) => ({ lambd: parameter(p, 'threshold'), bias: parameter(p, 'threshold') })),
  softplus: op('Softplus'),
  softsign: op('Softsign'),
  mish: op('Mish'),
  exponential: op('Exp'),
  squareplus: (g, x, p) => {
    // Its mean with |x| is y where x >= 0; elsewhere y is b / 4 over it, and no difference cancels.
    const b = parameter(p, 'b');
    const root = g.op('Sqrt', [g.op('Add', [g.op('Mul', [x, x]), g.scalar(b)])]);
    const mean = g.op('Mul', [g.op('Add', [g.op('Abs', [x]), root]), g.scalar(0.5)]);
    return g.op('Where', [g.op('Less', [x, g.scalar(0)]), g.op('Div', [g.scalar(b / 4), mean]), mean]);
  },
  sparse_plus: (g, x) => {
    const half = sparseSigmoid(g, x, {});
    return g.op('Add', [g.op('Mul', [half, half]), g.op('Relu', [g.op('Sub', [x, g.scalar(1)])])]);
  },
  sparse_sigmoid: (g, x, p) => sparseSigmoid(g, x, p),
  // NaN is not below the threshold, and stays.
  threshold: (g, x, p) => g.op('Where', [g.op('LessOrEqual', [x, g.scalar(parameter(p, 'threshold'))]), g.scalar(parameter(p, 'value')), x]),
  // tanh(x) has the sign of x.
  penalized_tanh: (g, x, p) => g.op('LeakyRelu', [g.op('Tanh', [x])], floats({ alpha: parameter(p, 'slope') })),
  squared_relu: (g, x) => {
    const positive = g.op('Relu', [x]);
    return g.op('Mul', [positive, positive]);
  },
  square: (g, x) => g.op('Mul', [x, x]),
  lisht: (g, x) => g.op('Mul', [x, g.op('Tanh', [x])]),
};
const sparseSigmoid = op('HardSigmoid', () => ({ alpha: 0.5, beta: 0.5 }));

const ROWWISE: Readonly<Record<string, RowForm>> = {
  softmax: (g, x, axis) => g.op('Softmax', [x], { axis }),
  log_softmax: (g, x, axis) => g.op('LogSoftmax', [x], { axis }),
  sparsemax: (g, x, axis) => {
    // Martins & Astudillo 2016, algorithm 1: the support by sorting, the threshold from it.
    const axes = g.integers(axis);
    const z = g.op('Sub', [x, g.op('ReduceMax', [x, axes])]);
    const size = g.op('Gather', [g.op('Shape', [z]), axes]);
    const [sorted = ''] = g.ops('TopK', [z, size], { axis }, 2);
    const sums = g.op('CumSum', [sorted, axes]);
    const isOne = g.op('Equal', [sorted, sorted]);
    const ranks = g.op('CumSum', [g.op('Cast', [isOne], { to: ELEMENT_TYPES.float32 }), axes]);
    const inside = g.op('Greater', [g.op('Add', [g.op('Mul', [ranks, sorted]), g.scalar(1)]), sums]);
    const count = g.op('ReduceSum', [g.op('Cast', [inside], { to: ELEMENT_TYPES.float32 }), axes]);
    const sum = g.op('ReduceSum', [g.op('Where', [inside, sorted, g.scalar(0)]), axes]);
    return g.op('Relu', [g.op('Sub', [z, g.op('Div', [g.op('Sub', [sum, g.scalar(1)]), count])])]);
  },
};

/** @throws Error naming the activation where it has no form in ops of ONNX */
function formOf<F>(forms: Readonly<Record<string, F>>, name: ActivationName): F {
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (!form) throw new Error(`activation: ${name} has no form in ops of ONNX; those are ${[...Object.keys(POINTWISE), ...Object.keys(ROWWISE)].join(', ')}`);
  return form;
}

/** A pointwise activation of x. */
export function pointwise(g: GraphBuilder, x: Value, { name, parameters }: Pick<ResolvedActivation, 'name' | 'parameters'>): Value {
  return formOf(POINTWISE, name)(g, x, parameters);
}

/** A row-wise activation of x. @param axis may be negative */
export function rowwise(g: GraphBuilder, x: Value, name: ActivationName, axis: number): Value {
  return formOf(ROWWISE, name)(g, x, axis);
}

/** a g(b), where `gate` has no parameters or their defaults. */
export function gated(g: GraphBuilder, a: Value, b: Value, gate: Pick<ResolvedActivation, 'name' | 'parameters'>): Value {
  return g.op('Mul', [a, pointwise(g, b, gate)]);
}

/** Halves of x along an axis. */
export function halves(g: GraphBuilder, x: Value, axis: number): [a: Value, b: Value] {
  return g.ops('Split', [x], { axis, num_outputs: 2 }, 2) as [Value, Value];
}

/**
 * max(0, x) + sum_s a[s] max(0, b[s] - x) as products, Relu and one sum.
 * @param axis where x gets an axis for the segments
 * @param a,b broadcast to x with that axis
 */
export function apl(g: GraphBuilder, x: Value, a: Value, b: Value, axis: number): Value {
  const axes = g.integers(axis);
  const hinges = g.op('Mul', [a, g.op('Relu', [g.op('Sub', [b, g.op('Unsqueeze', [x, axes])])])]);
  return g.op('Add', [g.op('Relu', [x]), g.op('ReduceSum', [hinges, axes], { keepdims: 0 })]);
}
