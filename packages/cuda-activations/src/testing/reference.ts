import type { PointwiseName } from '../generated/activations';
import { logExp1, logistic, normalCdf, normalPdf, sech2 } from './special_functions';

type Parameters = readonly number[];

/** Value, first and second derivative in double, written from the definitions and not from the kernels' formulas. */
export interface Reference {
  readonly f: (x: number, p: Parameters) => number;
  readonly d: (x: number, p: Parameters) => number;
  readonly d2: (x: number, p: Parameters) => number;
  /** Where f' jumps or f'' does: finite differences stay away. */
  readonly kinks?: (p: Parameters) => readonly number[];
  /** Parameters to test beside the defaults, in table order. */
  readonly parameters?: readonly Parameters[];
}

const at = (p: Parameters, i: number): number => p[i] ?? NaN;
const step = (condition: boolean): number => (condition ? 1 : 0);
const zero = (): number => 0;
const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/** Mish and the tanh of softplus: t = ((1 + e^x)^2 - 1) / ((1 + e^x)^2 + 1). */
function tanhSoftplus(x: number): number {
  if (x > 300) return 1;
  const e = Math.exp(x);
  return (e * (e + 2)) / (e * (e + 2) + 2);
}
/** 1 - tanh(softplus)^2. */
function mishComplement(x: number): number {
  if (x > 300) return 0;
  const e = Math.exp(x);
  const square = (1 + e) ** 2;
  return (4 * square) / (square + 1) ** 2;
}

const c = Math.sqrt(2 / Math.PI);
const k = 0.044715;
/** The argument of gelu_tanh and its derivatives. */
const u = (x: number): number => c * (x + k * x ** 3);
const du = (x: number): number => c * (1 + 3 * k * x * x);
const d2u = (x: number): number => c * 6 * k * x;

export const references: Readonly<Record<PointwiseName, Reference>> = {
  linear: { f: (x) => x, d: () => 1, d2: zero },
  relu: { f: (x) => Math.max(0, x), d: (x) => step(x > 0), d2: zero, kinks: () => [0] },
  relu6: { f: (x) => clip(x, 0, 6), d: (x) => step(x > 0 && x < 6), d2: zero, kinks: () => [0, 6] },
  leaky_relu: { f: (x, p) => (x > 0 ? x : at(p, 0) * x), d: (x, p) => (x > 0 ? 1 : at(p, 0)), d2: zero, kinks: () => [0], parameters: [[0.01], [1.5]] },
  elu: {
    f: (x, p) => (x > 0 ? x : at(p, 0) * Math.expm1(x)),
    d: (x, p) => (x > 0 ? 1 : at(p, 0) * Math.exp(x)),
    d2: (x, p) => (x > 0 ? 0 : at(p, 0) * Math.exp(x)),
    kinks: () => [0],
    parameters: [[0.5], [2], [0]],
  },
  selu: {
    f: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
    d: (x) => seluScale * (x > 0 ? 1 : seluAlpha * Math.exp(x)),
    d2: (x) => (x > 0 ? 0 : seluScale * seluAlpha * Math.exp(x)),
    kinks: () => [0],
  },
  celu: {
    f: (x, p) => (x > 0 ? x : at(p, 0) * Math.expm1(x / at(p, 0))),
    d: (x, p) => (x > 0 ? 1 : Math.exp(x / at(p, 0))),
    d2: (x, p) => (x > 0 ? 0 : Math.exp(x / at(p, 0)) / at(p, 0)),
    kinks: () => [0],
    parameters: [[0.5], [2]],
  },
  gelu: {
    f: (x) => x * normalCdf(x),
    d: (x) => normalCdf(x) + x * normalPdf(x),
    d2: (x) => (Math.abs(x) > 1e3 ? 0 : normalPdf(x) * (2 - x * x)),
  },
  gelu_tanh: {
    // (1 + tanh u) / 2 = logistic(2 u)
    f: (x) => x * logistic(2 * u(x)),
    d: (x) => (Math.abs(x) > 1e3 ? step(x > 0) : logistic(2 * u(x)) + 0.5 * x * sech2(u(x)) * du(x)),
    d2: (x) => (Math.abs(x) > 1e3 ? 0 : sech2(u(x)) * (du(x) + 0.5 * x * d2u(x) - x * du(x) ** 2 * Math.tanh(u(x)))),
  },
  silu: {
    f: (x, p) => x * logistic(at(p, 0) * x),
    d: (x, p) => {
      const z = at(p, 0) * x;
      return logistic(z) + (Math.abs(z) > 1e3 ? 0 : z * logistic(z) * logistic(-z));
    },
    d2: (x, p) => {
      const z = at(p, 0) * x;
      return Math.abs(z) > 1e3 ? 0 : at(p, 0) * logistic(z) * logistic(-z) * (2 + z * (1 - 2 * logistic(z)));
    },
    parameters: [[1.702], [-0.5]],
  },
  quick_gelu: {
    f: (x) => x * logistic(1.702 * x),
    d: (x) => logistic(1.702 * x) + (Math.abs(x) > 1e3 ? 0 : 1.702 * x * logistic(1.702 * x) * logistic(-1.702 * x)),
    d2: (x) => (Math.abs(x) > 1e3 ? 0 : 1.702 * logistic(1.702 * x) * logistic(-1.702 * x) * (2 + 1.702 * x * (1 - 2 * logistic(1.702 * x)))),
  },
  hard_silu: {
    f: (x) => (x <= -3 ? 0 : (x * clip(x + 3, 0, 6)) / 6),
    d: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
    d2: (x) => step(x > -3 && x < 3) / 3,
    kinks: () => [-3, 3],
  },
  sigmoid: { f: logistic, d: (x) => logistic(x) * logistic(-x), d2: (x) => logistic(x) * logistic(-x) * (1 - 2 * logistic(x)) },
  hard_sigmoid: { f: (x) => clip(x + 3, 0, 6) / 6, d: (x) => step(x > -3 && x < 3) / 6, d2: zero, kinks: () => [-3, 3] },
  log_sigmoid: { f: (x) => -logExp1(-x), d: (x) => logistic(-x), d2: (x) => -logistic(x) * logistic(-x) },
  tanh: { f: Math.tanh, d: sech2, d2: (x) => -2 * Math.tanh(x) * sech2(x) },
  hard_tanh: { f: (x) => clip(x, -1, 1), d: (x) => step(x > -1 && x < 1), d2: zero, kinks: () => [-1, 1] },
  tanh_shrink: {
    // The series keeps the difference where x - tanh(x) cancels.
    f: (x) => (Math.abs(x) < 0.05 ? x ** 3 / 3 - (2 * x ** 5) / 15 + (17 * x ** 7) / 315 - (62 * x ** 9) / 2835 : x - Math.tanh(x)),
    d: (x) => Math.tanh(x) ** 2,
    d2: (x) => 2 * Math.tanh(x) * sech2(x),
  },
  lisht: {
    f: (x) => x * Math.tanh(x),
    d: (x) => Math.tanh(x) + x * sech2(x),
    d2: (x) => 2 * sech2(x) * (1 - x * Math.tanh(x)),
  },
  hard_shrink: {
    f: (x, p) => (Math.abs(x) > at(p, 0) ? x : 0),
    d: (x, p) => step(Math.abs(x) > at(p, 0)),
    d2: zero,
    kinks: (p) => [-at(p, 0), at(p, 0)],
    parameters: [[1.25]],
  },
  soft_shrink: {
    f: (x, p) => Math.sign(x) * Math.max(Math.abs(x) - at(p, 0), 0),
    d: (x, p) => step(Math.abs(x) > at(p, 0)),
    d2: zero,
    kinks: (p) => [-at(p, 0), at(p, 0)],
    parameters: [[1.25]],
  },
  softplus: { f: logExp1, d: logistic, d2: (x) => logistic(x) * logistic(-x) },
  softsign: {
    f: (x) => (Math.abs(x) > 1e200 ? Math.sign(x) : x / (1 + Math.abs(x))),
    d: (x) => 1 / (1 + Math.abs(x)) ** 2,
    d2: (x) => (-2 * Math.sign(x)) / (1 + Math.abs(x)) ** 3,
    kinks: () => [0],
  },
  mish: {
    f: (x) => x * tanhSoftplus(x),
    d: (x) => (Math.abs(x) > 1e3 ? step(x > 0) : tanhSoftplus(x) + x * logistic(x) * mishComplement(x)),
    d2: (x) =>
      Math.abs(x) > 1e3 ? 0 : logistic(x) * mishComplement(x) * (2 + x * logistic(-x) - 2 * x * tanhSoftplus(x) * logistic(x)),
  },
  exponential: { f: Math.exp, d: Math.exp, d2: Math.exp },
  squareplus: {
    // Multiplied out where x is negative: the sum cancels there.
    f: (x, p) => (x >= 0 ? (x + Math.hypot(x, Math.sqrt(at(p, 0)))) / 2 : at(p, 0) / (2 * (Math.hypot(x, Math.sqrt(at(p, 0))) - x))),
    d: (x, p) => {
      const root = Math.hypot(x, Math.sqrt(at(p, 0)));
      return x >= 0 ? (1 + x / root) / 2 : at(p, 0) / (2 * root * (root - x));
    },
    d2: (x, p) => at(p, 0) / (2 * Math.hypot(x, Math.sqrt(at(p, 0))) ** 3),
    parameters: [[1], [0.25]],
  },
  sparse_plus: {
    f: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) ** 2 / 4 : x),
    d: (x) => clip((x + 1) / 2, 0, 1),
    d2: (x) => step(x > -1 && x < 1) / 2,
    kinks: () => [-1, 1],
  },
  sparse_sigmoid: { f: (x) => clip((x + 1) / 2, 0, 1), d: (x) => step(x > -1 && x < 1) / 2, d2: zero, kinks: () => [-1, 1] },
  threshold: {
    f: (x, p) => (x > at(p, 0) ? x : at(p, 1)),
    d: (x, p) => step(x > at(p, 0)),
    d2: zero,
    kinks: (p) => [at(p, 0)],
    parameters: [[0.5, -2]],
  },
  penalized_tanh: {
    f: (x, p) => Math.tanh(x) * (x > 0 ? 1 : at(p, 0)),
    d: (x, p) => sech2(x) * (x > 0 ? 1 : at(p, 0)),
    d2: (x, p) => -2 * Math.tanh(x) * sech2(x) * (x > 0 ? 1 : at(p, 0)),
    kinks: () => [0],
    parameters: [[0.5], [1]],
  },
  squared_relu: { f: (x) => Math.max(0, x) ** 2, d: (x) => 2 * Math.max(0, x), d2: (x) => 2 * step(x > 0), kinks: () => [0] },
  square: { f: (x) => x * x, d: (x) => 2 * x, d2: () => 2 },
};
