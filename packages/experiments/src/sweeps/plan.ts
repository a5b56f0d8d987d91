import { UsageError } from '../config/errors';
import { fieldsOf } from '../config/fields';
import { preparer } from '../prepare';
import { canonicalJson } from '../runs/run_id';
import type { ResolvedDefinition, Values } from './definition';
import { combinations } from './expand';
import { planHalving } from './stages';
import { SweepFolder, type Sweep } from './sweep_folder';

/** A sweep before it is written. */
export interface SweepPlan {
  readonly sweep: Sweep;
  /** What each item varies, by index. */
  readonly lines: readonly Values[];
  /** Combinations that came up more than once; each is planned once. */
  readonly duplicates: number;
}

/** Options that belong to the sweep: every run has a folder and a process of its own. */
const OWN = ['runsDir', 'force', 'processes'];
/** What a run of a sweep leaves out where the definition does not ask for it: a sweep times nothing. */
const QUIET: Values = { timingSteps: 0 };

/**
 * Resolves and checks every run of a definition.
 * @throws UsageError naming what does not fit
 */
export async function planSweep(definition: ResolvedDefinition & { readonly name: string }): Promise<SweepPlan> {
  const { schema, preset, resolve } = await preparer(definition.experiment, definition.preset);
  const fields = new Map(fieldsOf(schema).map((field) => [field.name, field]));
  const fitted = (values: Values): Values =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => {
      if (OWN.includes(name)) throw new UsageError(`${name}: a sweep sets it for every run`);
      return [name, fields.get(name)?.type === 'array' && !Array.isArray(value) ? [value] : value];
    }));
  const known = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([name]) => fields.has(name)));
  const given = fitted(definition.base);
  const settle = (values: Values): Values => resolve([{ name: 'sweep', values: known(QUIET) }, { name: 'base', values: given }, { name: 'definition', values }]) as Values;

  const varied = await combinations(definition);
  // A number of threads that depends on the machine would make results depend on it.
  if (!('threads' in given) && !varied.some((values) => 'threads' in values) && fields.has('threads')) {
    const first = settle(fitted(varied[0] ?? {}));
    if (first['threads'] === 0) given['threads'] = 1;
  }
  // Of the first combination, so that it fits together; items say what differs from it.
  const config = settle(fitted(varied[0] ?? {}));
  const names = new Set(varied.flatMap((values) => Object.keys(values)));
  const seen = new Set<string>();
  const groups: Values[] = [];
  const halving = definition.halving;
  const probe: Values = halving ? { [halving.budget]: halving.budgets[0] ?? 1, [halving.over]: planHalving(halving, 1).tried[0] ?? 1 } : {};
  for (const values of varied) {
    const settled = settle({ ...fitted(values), ...probe });
    // The schema puts the options in order.
    const key = JSON.stringify(settled);
    if (seen.has(key)) continue;
    seen.add(key);
    groups.push(Object.fromEntries(Object.entries(settled).filter(([name, value]) => names.has(name) || !same(value, config[name] ?? null))));
  }
  const plan = halving && planHalving(halving, groups.length);
  const lines = plan
    ? plan.slots.flatMap((slots, round) =>
        groups.flatMap((group) =>
          Array.from({ length: slots }, (_, slot): Values => {
            const rest = Object.fromEntries(Object.entries(group).filter(([name]) => name !== plan.over));
            const budget = { [plan.budget]: plan.budgets[round] ?? 1 };
            // Later rounds learn their value from the one before.
            return { ...rest, ...budget, ...(round === 0 && { [plan.over]: plan.tried[slot] ?? 0 }) };
          }),
        ),
      )
    : groups;
  // One round of each kind, so that a value which does not fit is found before the first run.
  if (plan) for (const tried of plan.tried) for (const budget of plan.budgets) settle({ ...fitted(varied[0] ?? {}), [plan.over]: tried, [plan.budget]: budget });
  const sweep: Sweep = {
    format: 1,
    name: definition.name,
    experiment: definition.experiment,
    preset,
    items: lines.length,
    config,
    varied: [...new Set(lines.flatMap((line) => Object.keys(line)))],
    ...(plan && { halving: plan }),
  };
  return { sweep, lines, duplicates: varied.length - groups.length };
}

const same = (a: Values[string], b: Values[string]): boolean => a === b || canonicalJson(a) === canonicalJson(b);

/**
 * Writes a plan into its folder; one that is there already stays, with all that was done.
 * @returns whether it is new
 * @throws UsageError where the folder holds another sweep
 */
export function writePlan(folder: string, { sweep, lines }: SweepPlan): boolean {
  const target = new SweepFolder(folder);
  const manifest = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
  if (!target.exists()) {
    target.create(sweep, manifest);
    return true;
  }
  if (canonicalJson(target.sweep) !== canonicalJson(sweep) || target.manifest() !== manifest) throw new UsageError(`output: ${folder} holds another sweep (${target.sweep.name}, ${target.sweep.items} runs); remove it or choose another folder`);
  return false;
}
