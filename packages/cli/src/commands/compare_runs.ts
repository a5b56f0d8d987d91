import { canonicalJson, flatten, type KeptRun } from '@cuda-activations/experiments';

/** A value of two runs. */
export interface Difference {
  readonly name: string;
  readonly a: unknown;
  readonly b: unknown;
}

/** Two runs side by side. */
export interface RunComparison {
  readonly a: string;
  readonly b: string;
  /** Entries of the configuration that differ. */
  readonly configuration: readonly Difference[];
  /** Every number of the results. */
  readonly result: readonly Difference[];
  /** Numbers of each epoch that both have, and the epochs at which one is below the other. */
  readonly epochs: readonly { readonly metric: string; readonly compared: number; readonly aLower: number; readonly bLower: number; readonly meanDifference: number }[];
}

/** Compares two runs. One run each says nothing about other seeds, so there is no test here. */
export function compareRuns(a: KeptRun, b: KeptRun): RunComparison {
  return {
    a: a.folder,
    b: b.folder,
    configuration: differences(flatten(a.config), flatten(b.config)).filter((entry) => canonicalJson(entry.a) !== canonicalJson(entry.b)),
    result: differences(flatten(a.result ?? {}), flatten(b.result ?? {})),
    epochs: epochs(a, b),
  };
}

function differences(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): Difference[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => ({ name, a: a[name] ?? null, b: b[name] ?? null }));
}

function epochs(a: KeptRun, b: KeptRun): RunComparison['epochs'] {
  const shared = Math.min(a.metrics.length, b.metrics.length);
  const names = Object.entries(a.metrics[0] ?? {}).flatMap(([name, value]) => (typeof value === 'number' && name !== 'epoch' && name !== 'steps' && typeof b.metrics[0]?.[name] === 'number' ? [name] : []));
  return names.map((metric) => {
    const apart = Array.from({ length: shared }, (_, i) => Number(a.metrics[i]?.[metric]) - Number(b.metrics[i]?.[metric]));
    return { metric, compared: shared, aLower: apart.filter((d) => d < 0).length, bLower: apart.filter((d) => d > 0).length, meanDifference: apart.reduce((sum, d) => sum + d, 0) / shared };
  });
}
