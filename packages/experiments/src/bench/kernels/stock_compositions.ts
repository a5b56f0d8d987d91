import * as tf from '@cuda-activations/runtime';
import { resolveActivation, type ActivationSpec } from 'cuda-activations';
import { hasStockActivation, stockActivation } from '@cuda-activations/models';
import type { BenchOp } from './cases';

/** An op as a function of tensors: x, and its parameters where it has some. */
export type TensorFunction = (x: tf.Tensor, ...parameters: tf.Tensor[]) => tf.Tensor;

/** An op as a user of plain TensorFlow.js writes it; undefined where no composition of its activation is known. */
export function stockComposition({ family, activation }: BenchOp): TensorFunction | undefined {
  switch (family) {
    case 'pointwise':
    case 'rowwise':
      return hasStockActivation(activation as ActivationSpec) ? stockActivation(activation as ActivationSpec) : undefined;
    case 'bias': {
      if (!hasStockActivation(activation as ActivationSpec)) return undefined;
      const f = stockActivation(activation as ActivationSpec);
      return (x, bias) => f(tf.add(x, bias as tf.Tensor));
    }
    case 'gated': {
      const gate = stockActivation((resolveActivation(activation).info.gate ?? 'linear') as ActivationSpec);
      return (x) => {
        const [a, b] = tf.split(x, 2, -1);
        return tf.mul(a as tf.Tensor, gate(b as tf.Tensor));
      };
    }
    case 'perChannel':
      return activation === 'prelu' ? (x, slope) => tf.prelu(x, slope as tf.Tensor) : (x, a, b) => stockApl(x, a as tf.Tensor, b as tf.Tensor);
  }
}

/** The gradient of TensorFlow.js's unstack fails where there is one part. */
const hinges = (parameter: tf.Tensor): tf.Tensor[] => (parameter.shape[0] === 1 ? [tf.squeeze(parameter, [0])] : tf.unstack(parameter));

/** max(0, x) + sum_s a[s, c] max(0, b[s, c] - x), hinge by hinge: no tensor is larger than x. */
export function stockApl(x: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const [slopes, positions] = [hinges(a), hinges(b)];
  let y = tf.relu(x);
  for (let s = 0; s < slopes.length; s++) y = tf.add(y, tf.mul(slopes[s] as tf.Tensor, tf.relu(tf.sub(positions[s] as tf.Tensor, x))));
  return y;
}
