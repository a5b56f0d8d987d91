import { describeOptions, fieldsOf, type Field } from '@cuda-activations/experiments';
import type { CommandDefinition } from './definition';

/**
 * What may stand in place of the last word of a line: commands, arguments, options, values of options.
 * @param line up to the cursor, beginning with the program's name
 */
export async function candidates(line: string, definitions: readonly CommandDefinition[], groups: readonly string[]): Promise<string[]> {
  const words = line.split(/\s+/).slice(1);
  const last = words.pop() ?? '';
  const found = await possible(words, last, definitions, groups);
  return found.filter((candidate) => candidate.startsWith(last) && candidate !== last);
}

async function possible(before: readonly string[], last: string, definitions: readonly CommandDefinition[], groups: readonly string[]): Promise<string[]> {
  const visible = definitions.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const [first, second] = before;
  if (first === undefined) return [...new Set([...visible.map((name) => name.split(' ')[0] ?? ''), ...groups])];
  if (groups.includes(first) && second === undefined) return visible.filter((name) => name.startsWith(`${first} `)).map((name) => name.slice(first.length + 1));
  const name = groups.includes(first) ? `${first} ${second ?? ''}` : first;
  const definition = definitions.find((candidate) => candidate.name === name);
  if (!definition) return [];
  const rest = before.slice(name.split(' ').length);
  const positional = rest.filter((word) => !word.startsWith('-'));
  if (definition.passThrough && positional.length > 0) return experimentOptions(`${first === 'bench' ? 'bench-' : ''}${positional[0] ?? ''}`, last);
  if (last.startsWith('-')) return optionCandidates(fieldsOf(definition.options), last);
  const argument = definition.arguments[Math.min(positional.length, definition.arguments.length - 1)];
  return positional.length < definition.arguments.length || argument?.variadic === true ? [...(argument?.values?.() ?? [])] : [];
}

async function experimentOptions(experiment: string, last: string): Promise<string[]> {
  try {
    const { fields, presets } = await describeOptions(experiment);
    return optionCandidates(fields.map((field) => (field.name === 'preset' ? { ...field, values: presets } : field)), last);
  } catch {
    // No such experiment: nothing can follow.
    return [];
  }
}

function optionCandidates(fields: readonly Field[], last: string): string[] {
  const [, name, typed] = /^--([^=]+)=(.*)$/.exec(last) ?? [];
  if (name === undefined) return ['--help', ...fields.map((field) => (field.type === 'boolean' ? `--${field.name}` : `--${field.name}=`))];
  const field = fields.find((candidate) => candidate.name === name);
  // The items of a list follow each other after commas.
  const head = field?.type === 'array' ? (typed ?? '').replace(/[^,]*$/, '') : '';
  return (field?.values ?? []).map((value) => `--${name}=${head}${value}`);
}
