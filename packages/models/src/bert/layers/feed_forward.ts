import * as tf from '@cuda-activations/runtime';
import * as activations from 'cuda-activations';
import { biasActivation, resolveActivation, type ActivationSpec, type GatedFunction } from 'cuda-activations';

/** A gradual change of activation: f = (1 - share) from + share activation. */
export interface Blend {
  /** Pointwise: what `share` 0 means. */
  readonly from: ActivationSpec;
  /** A scalar in [0, 1]: a variable, so that compiled steps follow it. */
  readonly share: tf.Scalar;
}

/** f(x + bias) over [rows, units], for a gated f [rows, units / 2]. */
export type BiasedActivation = (x: tf.Tensor, bias: tf.Tensor) => tf.Tensor;

/**
 * The activation of feed-forward blocks: bias and a pointwise function as one op each way, a gated one as one after the bias.
 * @throws Error naming the activation where it is neither, or a gated one that is to be blended
 */
export function biasedActivation(activation: ActivationSpec, blend?: Blend): BiasedActivation {
  const { info, name } = resolveActivation(activation, ['pointwise', 'gated']);
  if (info.family === 'gated') {
    if (blend) throw new Error(`blend: ${name} is gated and of another width than a pointwise activation; expected a pointwise one`);
    const gate = gatedFunction(name);
    return (x, bias) => gate(tf.add(x, bias));
  }
  if (!blend) return (x, bias) => biasActivation(x, bias, { activation });
  const { from, share } = blend;
  resolveActivation(from, ['pointwise']);
  return (x, bias) => {
    const start = biasActivation(x, bias, { activation: from });
    return tf.add(start, tf.mul(share, tf.sub(biasActivation(x, bias, { activation }), start)));
  };
}

/** The exported function of a gated row of the table. */
function gatedFunction(name: string): GatedFunction {
  const isIt = (value: unknown): value is GatedFunction => typeof value === 'function' && 'info' in value && (value as GatedFunction).info.name === name;
  return Object.values(activations).find(isIt) as GatedFunction;
}
