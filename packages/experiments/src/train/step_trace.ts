type Norms = Readonly<Record<string, number>>;

/** One point of a curve over the steps of a run: means over some steps that follow each other. */
export interface TracePoint {
  /** The last of them, counted from 1. */
  readonly step: number;
  readonly loss: number;
  readonly gradientNorms: Norms;
}

/** The points so far, and the sums of the steps that are not a point yet. */
export interface StepTrace {
  readonly points: readonly TracePoint[];
  readonly open: { readonly steps: number; readonly loss: number; readonly gradientNorms: Norms };
}

const NOTHING: StepTrace['open'] = { steps: 0, loss: 0, gradientNorms: {} };

/** Before the first step of an epoch. */
export const EMPTY_TRACE: StepTrace = { points: [], open: NOTHING };

/**
 * Adds a step.
 * @param window steps of one point
 * @param last whether the epoch ends with it: what is left becomes a point of fewer steps
 */
export function traced({ points, open }: StepTrace, step: number, { loss, gradientNorms = {} }: { readonly loss: number; readonly gradientNorms?: Norms }, window: number, last: boolean): StepTrace {
  const sums = { steps: open.steps + 1, loss: open.loss + loss, gradientNorms: scaledSum(open.gradientNorms, gradientNorms, 1) };
  if (sums.steps < window && !last) return { points, open: sums };
  return { points: [...points, { step, loss: sums.loss / sums.steps, gradientNorms: scaledSum(sums.gradientNorms, {}, 1 / sums.steps) }], open: NOTHING };
}

/** (before + values) * scale, name by name. */
export function scaledSum(before: Norms | null, values: Norms, scale: number): Norms {
  return Object.fromEntries([...new Set([...Object.keys(before ?? {}), ...Object.keys(values)])].map((name) => [name, ((before?.[name] ?? 0) + (values[name] ?? 0)) * scale]));
}
