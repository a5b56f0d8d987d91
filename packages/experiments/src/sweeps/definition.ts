import { z } from 'zod';

/** A value of an option of an experiment. */
const value = z.json();
const values = z.record(z.string(), value);

const range = z.strictObject({
  low: z.number().describe('least value'),
  high: z.number().describe('greatest value'),
  scale: z.enum(['linear', 'log']).default('linear').describe('log: even in the logarithm'),
});

const distribution = z.union([
  range.extend({ integer: z.boolean().default(false).describe('whole numbers, both ends among them') }),
  z.strictObject({ choices: z.array(value).min(1).describe('each as likely as any other') }),
]);

const halving = z.strictObject({
  over: z.string().default('learningRate').describe('option whose best value is looked for'),
  values: z.union([z.array(z.number()).min(2), range.extend({ count: z.int().min(2) })]).describe('what is tried first: a list, or count values from low to high'),
  budget: z.string().default('epochs').describe('option that a round gets more of'),
  budgets: z.array(z.number().positive()).min(1).describe('of each round, rising'),
  reduction: z.int().min(2).default(2).describe('one of so many goes on to the next round'),
  metric: z.string().default('bestValLoss').describe("number of the runs' results that decides, by its mean over the runs of an item"),
  goal: z.enum(['least', 'greatest']).default('least').describe('which is best'),
});

/** What a sweep is: an experiment, and how its options vary. The runs are every combination of grid, list, random and halving. */
export const sweepDefinition = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_.-]+$/, 'expected letters, digits, "_", "." and "-"').optional().describe('for people and folders (none: the name of its file)'),
  experiment: z.string().describe('name of the experiment'),
  preset: z.string().optional().describe("the preset that the options begin with (none: the experiment's default)"),
  base: values.default({}).describe('options of every run'),
  grid: z.record(z.string(), z.array(value).min(1)).default({}).describe('every combination of these; a value of a list option stands for a list of it alone'),
  list: z.array(values).min(1).default([{}]).describe('sets of options, one after the other'),
  random: z.strictObject({ count: z.int().min(1).describe('samples'), seed: z.int().min(0).default(0), space: z.record(z.string(), distribution) }).optional().describe('options drawn at random'),
  halving: halving.optional().describe('successive halving: many values with a small budget, the best of them with a larger one'),
});

/** A definition as one writes it. */
export type SweepDefinition = z.input<typeof sweepDefinition>;
/** A definition with its defaults. */
export type ResolvedDefinition = z.output<typeof sweepDefinition>;
export type Halving = z.output<typeof halving>;
export type Distribution = z.output<typeof distribution>;
/** Options by name. */
export type Values = z.output<typeof values>;

/** Types the definition of a sweep in a TypeScript file: `export default defineSweep({ ... })`. */
export function defineSweep(definition: SweepDefinition): SweepDefinition {
  return definition;
}
