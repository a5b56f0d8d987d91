import { canonicalJson, flatten, meanAndDeviation, pairedComparison, readRuns, type KeptRun, type PairedComparison } from '@cuda-activations/experiments';
import { evenly, functionCurve, readActivation } from './function_curves';

/** How far two functions are apart on a range. */
export interface FunctionComparison {
  readonly a: string;
  readonly b: string;
  readonly range: readonly [low: number, high: number];
  readonly value: Distance;
  readonly derivative: Distance;
}

/** Of two curves. */
export interface Distance {
  readonly largest: number;
  /** Where. */
  readonly at: number;
  readonly mean: number;
}

/** Values of x that functions are compared at. */
const SAMPLES = 4001;

/** Compares two functions; null where one is no function of x alone. @throws UsageError for an unknown activation */
export function compareFunctions(a: string, b: string, range: readonly [low: number, high: number]): FunctionComparison | null {
  // An unknown name throws; one of another family is no function of x alone.
  const families = [a, b].map((label) => readActivation(label).info.family);
  if (families.some((family) => family !== 'pointwise')) return null;
  const [first, second] = [functionCurve(a), functionCurve(b)];
  const x = evenly(...range, SAMPLES);
  return { a, b, range, value: distance(x, first.value(x), second.value(x)), derivative: distance(x, first.derivative(x), second.derivative(x)) };
}

function distance(x: Float64Array, a: Float64Array, b: Float64Array): Distance {
  let [largest, at, sum] = [0, x[0] ?? 0, 0];
  for (let i = 0; i < x.length; i++) {
    const apart = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    sum += apart;
    if (apart > largest) [largest, at] = [apart, x[i] ?? 0];
  }
  return { largest, at, mean: sum / x.length };
}

/** Finished runs that differ in nothing but activation, seed and learning rate. */
export interface ActivationComparison {
  /** What they have in common, as far as it tells the groups apart. */
  readonly group: string;
  readonly seeds: readonly number[];
  readonly a: { readonly mean: number; readonly deviation: number; readonly count: number };
  readonly b: { readonly mean: number; readonly deviation: number; readonly count: number };
  /** Of a - b, over the seeds that both have; null where there is none. */
  readonly comparison: PairedComparison | null;
}

/** What a comparison of activations looks past: the rate is chosen for each. */
const OWN = ['activation', 'parameters', 'seed', 'learningRate', 'perturbation'];

/** Compares two activations over all finished runs of a folder. */
export function compareActivations(runsDir: string, a: string, b: string, metric: string): ActivationComparison[] {
  const canonical = (label: string) => [readActivation(label).name, ...label.split(':').slice(1)].join(':');
  const names = [canonical(a), canonical(b)];
  const groups = new Map<string, { readonly run: KeptRun; readonly value: number }[]>();
  for (const run of readRuns(runsDir)) {
    const value = flatten(run.result ?? {})[metric];
    const { activation, perturbation } = run.config;
    if (typeof value !== 'number' || perturbation !== undefined || !names.includes(String(activation))) continue;
    const key = canonicalJson(Object.fromEntries(Object.entries(run.config).filter(([name]) => !OWN.includes(name))));
    groups.set(key, [...(groups.get(key) ?? []), { run, value }]);
  }
  return [...groups.values()].flatMap((entries) => {
    const of = (name: string | undefined) => new Map(entries.filter(({ run }) => run.config['activation'] === name).map(({ run, value }) => [Number(run.config['seed']), value]));
    const [first, second] = [of(names[0]), of(names[1])];
    if (first.size === 0 || second.size === 0) return [];
    const seeds = [...first.keys()].filter((seed) => second.has(seed)).sort((x, y) => x - y);
    const values = (from: ReadonlyMap<number, number>) => seeds.map((seed) => from.get(seed) ?? NaN);
    return [{ group: describe(entries[0]?.run), seeds, a: meanAndDeviation([...first.values()]), b: meanAndDeviation([...second.values()]), comparison: seeds.length > 0 ? pairedComparison(values(first), values(second)) : null }];
  });
}

function describe(run: KeptRun | undefined): string {
  const { experiment, dataset, optimizer, epochs } = run?.config ?? {};
  return [experiment, dataset, optimizer, epochs === undefined ? undefined : `${String(epochs)} epochs at most`].filter((part) => part !== undefined).map(String).join(', ');
}
