import type { TensorLike } from '../functions/tensor_like';
import type { ResolvedActivation } from '../registry/types';

/** A pointwise activation, or a row-wise one along the last axis, written in ops that are not of this library. */
export type Compose<T extends TensorLike = TensorLike> = (activation: ResolvedActivation) => (x: T) => T;

let compose: Compose | undefined;

/** How activations are composed at the moment, if they are. */
export function composition(): Compose | undefined {
  return compose;
}

/** @throws Error where activations are composed: `op` is one of this library */
export function refuseInComposition(op: string): void {
  if (compose) throw new Error(`${op} has no composition of other ops: gradients called as functions, and dropout of fused layers, are ops of this library alone`);
}

/**
 * Runs a function in which the functions on tensors and the layers of this package use no op of this library: each activation is what `how` makes of it, gated
 * units, PReLU, APL and biases are products and sums around them. Gradients that are recorded inside are those of these ops.
 *
 * For graphs that are loaded where the op library is not; slower.
 *
 * @param run synchronous
 * @returns what `run` returns
 * @throws TypeError where one of both is no function or `run` returns a promise, Error where an op of the library would be needed
 */
export function composeActivations<R, T extends TensorLike>(how: Compose<T>, run: () => R): R {
  for (const [name, value] of Object.entries({ how, run })) if (typeof value !== 'function') throw new TypeError(`composeActivations: ${name} must be a function, got ${typeof value}`);
  const outer = compose;
  compose = how as unknown as Compose;
  try {
    const result = run();
    if (typeof result === 'object' && result !== null && 'then' in result) throw new TypeError('run must be synchronous, got a function that returns a promise');
    return result;
  } finally {
    compose = outer;
  }
}
