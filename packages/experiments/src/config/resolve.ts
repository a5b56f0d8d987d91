import type { z } from 'zod';
import { UsageError } from './errors';
import { expectation, fieldsOf, show, type OptionsSchema } from './fields';
import { suggestion } from './nearest';

/** Where the values of a configuration come from, weakest first. */
export interface ConfigurationSource {
  /** For messages: `preset quick`, `command line`. */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The full configuration: defaults, overridden by each source in turn.
 * @throws UsageError with one line for each unknown key and each value that does not fit, naming what would
 */
export function resolveOptions<Schema extends OptionsSchema>(schema: Schema, sources: readonly ConfigurationSource[]): z.output<Schema> {
  const fields = fieldsOf(schema);
  const names = fields.map((field) => field.name);
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const origin: Record<string, string> = {};
  for (const source of sources) {
    for (const [name, value] of Object.entries(source.values)) {
      if (names.includes(name)) {
        values[name] = value;
        origin[name] = source.name;
      } else {
        problems.push(`${source.name}: unknown key "${name}"${suggestion(name, names)}; keys: ${names.join(', ')}`);
      }
    }
  }
  const parsed = schema.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    const field = fields.find((candidate) => candidate.name === name);
    // Messages of refinements are written for the user; zod's own speak of types.
    const reason = issue.code === 'custom' ? issue.message : `expected ${field ? expectation(field) : issue.message}, got ${described(values[name])}`;
    problems.push(`${name}${origin[name] === undefined ? '' : ` (${origin[name]})`}: ${reason}`);
  }
  if (problems.length > 0) throw new UsageError([...new Set(problems)].join('\n'));
  return parsed.data as z.output<Schema>;
}

function described(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : show(value);
}
