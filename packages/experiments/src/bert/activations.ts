import { parseActivation, type ExperimentActivation } from '../classification/activations';
import { UsageError } from '../config/errors';
import { resolveActivation } from 'cuda-activations';

/** Reads a feed-forward activation: pointwise or gated. @throws UsageError naming what is wrong with it */
export function parseFeedForward(text: string): ExperimentActivation {
  return parseActivation(text, ['pointwise', 'gated']);
}

/** Whether an activation joins two halves. */
export function isGatedLabel(label: string): boolean {
  return resolveActivation((parseFeedForward(label).spec as { name: string }).name).info.family === 'gated';
}

/** @throws UsageError where a gated activation is to come gradually: its block has another width than GELU's */
export function refuseGradualGates(activations: readonly string[], gradual: number): void {
  const gated = gradual > 0 ? activations.filter(isGatedLabel) : [];
  if (gated.length > 0) throw new UsageError(`gradual: GELU cannot turn into ${gated.join(', ')}, whose blocks have another width; leave them out of activations`);
}
