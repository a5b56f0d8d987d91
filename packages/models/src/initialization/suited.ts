import { resolveActivation, type ActivationName, type ActivationSpec } from 'cuda-activations';
import type { NamedScheme } from './schemes';

/** LeCun 1998: inputs of variance 1 stay of variance 1 where the activation is close to the identity around 0. */
const LECUN: readonly ActivationName[] = ['linear', 'selu', 'hard_tanh', 'tanh_shrink', 'hard_shrink', 'soft_shrink'];
/** Glorot and Bengio 2010 derive it for activations that saturate on both sides. */
const GLOROT: readonly ActivationName[] = ['sigmoid', 'hard_sigmoid', 'sparse_sigmoid', 'tanh', 'penalized_tanh', 'softsign'];

/**
 * The scheme whose derivation fits an activation: LeCun-normal for SELU (Klambauer et al. 2017) and what is close to the identity,
 * Glorot-uniform for what saturates on both sides, He-normal (He et al. 2015) for what is near 0 on one side, as ReLU is.
 *
 * @param activation pointwise or learned per channel
 */
export function suitedScheme(activation: ActivationSpec): NamedScheme {
  const { name } = resolveActivation(activation, ['pointwise', 'perChannel']);
  if (LECUN.includes(name)) return 'lecunNormal';
  return GLOROT.includes(name) ? 'glorotUniform' : 'heNormal';
}
