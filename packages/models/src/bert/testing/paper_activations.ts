import type { ActivationSpec } from 'cuda-activations';
import type { GatedWidth } from '../config';
import type { RowActivation } from './reference_bert';

/** An activation of the paper's BERT experiment, by name and from its definition. */
export interface PaperActivation {
  readonly activation: ActivationSpec;
  readonly gatedWidth?: GatedWidth;
  readonly reference: RowActivation;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const each = (f: (x: number) => number): RowActivation => (row) => row.map(f);
const gated = (gate: (x: number) => number): RowActivation => (row) => row.slice(0, row.length / 2).map((a, i) => a * gate(row[i + row.length / 2] as number));

/** Error function by its Maclaurin series, for the small arguments of a tiny network. */
function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

/** The eleven, gated ones in both widths. */
export const PAPER_ACTIVATIONS: readonly PaperActivation[] = [
  { activation: 'relu', reference: each((x) => (x > 0 ? x : 0)) },
  { activation: 'gelu', reference: each((x) => (x / 2) * (1 + erf(x / Math.SQRT2))) },
  { activation: 'tanh', reference: each(Math.tanh) },
  { activation: 'sigmoid', reference: each(logistic) },
  { activation: 'elu', reference: each((x) => (x > 0 ? x : Math.exp(x) - 1)) },
  { activation: { name: 'leaky_relu', negativeSlope: 0.01 }, reference: each((x) => (x > 0 ? x : 0.01 * x)) },
  { activation: 'silu', reference: each((x) => x * logistic(x)) },
  { activation: 'square', reference: each((x) => x * x) },
  { activation: 'penalized_tanh', reference: each((x) => (x > 0 ? Math.tanh(x) : 0.25 * Math.tanh(x))) },
  { activation: 'glu', reference: gated(logistic) },
  { activation: 'swiglu', reference: gated((x) => x * logistic(x)) },
  { activation: 'glu', gatedWidth: 'twoThirds', reference: gated(logistic) },
  { activation: 'swiglu', gatedWidth: 'twoThirds', reference: gated((x) => x * logistic(x)) },
];
