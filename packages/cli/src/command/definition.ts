import type { OptionsSchema } from '@cuda-activations/experiments';
import { z } from 'zod';
import type { Io } from './io';

/** A positional argument. */
export interface ArgumentDefinition {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  /** Takes all that follow; the last one only. */
  readonly variadic?: boolean;
  /** What it may be, for completion. */
  readonly values?: () => readonly string[];
}

/** A call as a user would type it, after `npx activations`; tests make every one. */
export interface Example {
  readonly line: string;
  readonly says: string;
  /** Downloads something, so that tests leave it out. */
  readonly network?: boolean;
  /** Goes on until it is stopped: a test of its own makes and stops it. */
  readonly endless?: boolean;
}

/** What a command is called with. */
export interface Call<Options> {
  readonly arguments: readonly string[];
  readonly options: Options;
  readonly io: Io;
}

/** A command: its help, its documentation, its completion and its parsing all come from here. */
export interface CommandDefinition {
  /** Words of its name: `data fetch`. */
  readonly name: string;
  readonly summary: string;
  /** More than the summary says: a paragraph. */
  readonly details?: string;
  readonly arguments: readonly ArgumentDefinition[];
  /** Every option has a default and a description. */
  readonly options: OptionsSchema;
  readonly examples: readonly Example[];
  /** What follows the first argument is not this command's to read: options of an experiment. */
  readonly passThrough: boolean;
  /** Works for the shell, not for people: not listed. */
  readonly hidden: boolean;
  /** @returns the exit code */
  readonly run: (call: Call<Record<string, unknown>>) => Promise<number>;
}

type Optional = 'details' | 'arguments' | 'examples' | 'passThrough' | 'hidden';

/** Makes a definition, with the options' types in `run`. */
export function defineCommand<Shape extends z.ZodRawShape>(
  definition: Omit<CommandDefinition, 'run' | 'options' | Optional> &
    Partial<Pick<CommandDefinition, Optional>> & { readonly options: Shape; readonly run: (call: Call<z.output<z.ZodObject<Shape>>>) => Promise<number> | number },
): CommandDefinition {
  const { run, options, ...rest } = definition;
  const schema = z.strictObject(options);
  return {
    arguments: [],
    examples: [],
    passThrough: false,
    hidden: false,
    ...rest,
    options: schema as unknown as OptionsSchema,
    run: async (call) => run({ ...call, options: schema.parse(call.options) as z.output<z.ZodObject<Shape>> }),
  };
}

/** Options that several commands have. */
export const COMMON = {
  json: z.boolean().default(false).describe('JSON on the standard output, for programs'),
  runsDir: z.string().min(1).default('runs').describe('folder of the runs'),
} as const;
