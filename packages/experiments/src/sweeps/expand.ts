import { UsageError } from '../config/errors';
import type { Distribution, Halving, ResolvedDefinition, Values } from './definition';
import { samplesOf } from './sample';

/** Every combination of what a definition varies, rounds of halving apart. @throws UsageError where two parts set one option */
export async function combinations(definition: ResolvedDefinition): Promise<Values[]> {
  const { base, grid, list, random, halving } = definition;
  requireApart({ base: Object.keys(base), grid: Object.keys(grid), list: [...new Set(list.flatMap((values) => Object.keys(values)))], random: Object.keys(random?.space ?? {}), halving: halving ? [halving.over, halving.budget] : [] });
  let all: Values[] = [{}];
  for (const [name, choices] of Object.entries(grid)) all = all.flatMap((values) => choices.map((choice) => ({ ...values, [name]: choice })));
  const samples = random ? await samplesOf(random.space, random.count, random.seed) : [{}];
  return all.flatMap((values) => list.flatMap((more) => samples.map((sample) => ({ ...values, ...more, ...sample }))));
}

/** What halving tries first, in rising order. @throws UsageError for a range that is none */
export function triedValues({ values, over }: Halving): number[] {
  if (Array.isArray(values)) return [...new Set(values)].sort((a, b) => a - b);
  requireRange(`halving of ${over}`, values);
  const [from, to] = values.scale === 'log' ? [Math.log(values.low), Math.log(values.high)] : [values.low, values.high];
  return Array.from({ length: values.count }, (_, i) => {
    const at = from + ((to - from) * i) / (values.count - 1);
    // Ends as they were written; the others to six digits, for people.
    return i === 0 ? values.low : i === values.count - 1 ? values.high : Number((values.scale === 'log' ? Math.exp(at) : at).toPrecision(6));
  });
}

/** @throws UsageError */
export function requireRange(what: string, { low, high, scale }: { readonly low: number; readonly high: number; readonly scale: 'linear' | 'log' }): void {
  if (!(low < high)) throw new UsageError(`${what}: expected low below high, got ${low} and ${high}`);
  if (scale === 'log' && low <= 0) throw new UsageError(`${what}: expected low above 0 for the scale log, got ${low}`);
}

/** Whether a distribution is a range of numbers. */
export const isRange = (distribution: Distribution): distribution is Exclude<Distribution, { choices: unknown }> => 'low' in distribution;

function requireApart(parts: Readonly<Record<string, readonly string[]>>): void {
  const owner = new Map<string, string>();
  for (const [part, names] of Object.entries(parts)) {
    for (const name of names) {
      const other = owner.get(name);
      // What a list says of one run wins over what is said of all.
      if (other !== undefined && other !== 'base') throw new UsageError(`${part}: ${name} is set by ${other} already`);
      owner.set(name, part);
    }
  }
}
