import { activationSettings, messageOf, UsageError } from '@cuda-activations/experiments';
import * as library from 'cuda-activations';
import { resolveActivation, type ActivationFamily, type PointwiseFunction, type PointwiseName, type ResolvedActivation } from 'cuda-activations';

/** A pointwise activation with its parameters, as a function of arrays. */
export interface FunctionCurve {
  /** As typed. */
  readonly label: string;
  readonly formula: string;
  readonly value: (x: Float64Array) => Float64Array;
  readonly derivative: (x: Float64Array) => Float64Array;
}

type Callable = PointwiseFunction<PointwiseName>;

/**
 * Reads `name` or `name:parameter=value:...`; parameters that are not given have the registry's defaults.
 * @throws UsageError naming the unknown activation or parameter, or the value out of its range
 */
export function readActivation(label: string, families?: readonly ActivationFamily[]): ResolvedActivation {
  try {
    const { typed, given } = activationSettings(label);
    return resolveActivation({ name: resolveActivation(typed, families).name, ...given }, families);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** A pointwise activation as a function. @throws UsageError as {@link readActivation} */
export function functionCurve(label: string): FunctionCurve {
  const { name, info, parameters } = readActivation(label, ['pointwise']);
  const found = Object.values(library).find((value) => typeof value === 'function' && 'info' in value && (value as Partial<Callable>).info?.name === name) as Callable;
  return { label, formula: info.formula, value: (x) => found(x, parameters), derivative: (x) => found.gradient(x, new Float64Array(x.length).fill(1), parameters) };
}

/** Evenly spaced values, both ends among them. */
export function evenly(low: number, high: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** @throws UsageError unless two numbers in order were given */
export function requireRange(range: readonly number[]): readonly [low: number, high: number] {
  const [low, high] = range;
  if (range.length !== 2 || low === undefined || high === undefined || !(low < high)) throw new UsageError(`range: expected two numbers in order, as -6,6, got ${range.join(',')}`);
  return [low, high];
}
