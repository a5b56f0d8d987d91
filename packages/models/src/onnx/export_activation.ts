import { resolveActivation, type ActivationSpec } from 'cuda-activations';
import * as forms from './activations';
import { GraphBuilder } from './graph_builder';

/** Options of {@link activationToOnnx}. */
export interface ActivationToOnnxOptions {
  /** The axis of a row-wise activation, or the channels of a gated one. Default -1, the last. */
  readonly axis?: number;
}

/**
 * An activation of the registry as an ONNX model of standard operators: float32 `x` to float32 `y`.
 *
 * Pointwise and row-wise: x of any shape. Gated: x with 2 H channels along `axis`, y with H. Learned per channel: x [.., C] and the inputs
 * `slope` [C] of prelu, `a` and `b` [S, C] of apl.
 *
 * @returns the bytes of a .onnx file, operator set 20
 * @throws Error naming an unknown activation or parameter, RangeError where the axis is no whole number
 */
export function activationToOnnx(activation: ActivationSpec, { axis = -1 }: ActivationToOnnxOptions = {}): Uint8Array {
  const resolved = resolveActivation(activation);
  const { name, info } = resolved;
  if (!Number.isInteger(axis)) throw new RangeError(`axis: expected a whole number, got ${String(axis)}`);
  const g = new GraphBuilder(name);
  const x = g.input('x');
  g.scope = name;
  switch (info.family) {
    case 'pointwise':
      g.output(forms.pointwise(g, x, resolved), 'y');
      break;
    case 'rowwise':
      g.output(forms.rowwise(g, x, name, axis), 'y');
      break;
    case 'gated': {
      const [a, b] = forms.halves(g, x, axis);
      g.output(forms.gated(g, a, b, resolveActivation(info.gate as string)), 'y');
      break;
    }
    case 'perChannel':
      if (name === 'prelu') g.output(g.op('PRelu', [x, g.input('slope', ['channels'])]), 'y');
      else g.output(forms.apl(g, x, g.input('a', ['segments', 'channels']), g.input('b', ['segments', 'channels']), -2), 'y');
  }
  return g.encode();
}
