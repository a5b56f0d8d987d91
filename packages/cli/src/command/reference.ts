import { EXIT, EXIT_MEANINGS, fieldsOf, show } from '@cuda-activations/experiments';
import { argumentTerm, optionText, PROGRAM } from './commander';
import type { CommandDefinition } from './definition';

/** docs/cli.md: every command from its definition. */
export function referencePage(summary: string, definitions: readonly CommandDefinition[]): string {
  const visible = definitions.filter(({ hidden }) => !hidden);
  const blocks = [
    '# The `activations` command',
    '<!-- Written by `npx nx run cli:docs` from the commands\' definitions; a test compares. -->',
    `${summary}. \`${PROGRAM}\` in a clone of this repository or where \`@cuda-activations/cli\` is installed.`,
    table(['command', 'what for'], visible.map((definition) => [`[\`${definition.name}\`](#${anchor(definition.name)})`, definition.summary])),
    'Every command has `--help`. Lists are written with commas, values as `--name=value` or `--name value`. Colours and progress bars appear on a terminal only, and colours not where `NO_COLOR` is set. With `--json` the standard output is one JSON document, and all else goes to the standard error.',
    '## Exit codes',
    table(['code', 'meaning'], Object.entries(EXIT).map(([name, code]) => [String(code), EXIT_MEANINGS[name as keyof typeof EXIT]])),
    ...visible.map(section),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function section(definition: CommandDefinition): string {
  const fields = fieldsOf(definition.options);
  const usage = [PROGRAM, definition.name, ...(fields.length > 0 ? ['[options]'] : []), ...definition.arguments.map(argumentTerm)].join(' ');
  return [
    `## ${definition.name}`,
    `${sentence(definition.summary)}${definition.details === undefined ? '' : ` ${definition.details}`}`,
    `\`\`\`\n${usage}\n\`\`\``,
    ...(definition.arguments.length > 0 ? [table(['argument', 'what'], definition.arguments.map((argument) => [argument.name, argument.description]))] : []),
    ...(fields.length > 0 ? [table(['option', 'what', 'default'], fields.map((field) => [`\`--${field.name}\``, optionText(field).replace(/ \[default .*\]$/, ''), field.type === 'boolean' ? '' : `\`${show(field.default)}\``]))] : []),
    ...(definition.examples.length > 0 ? [`\`\`\`\n${definition.examples.map(({ line, says }) => `${PROGRAM} ${line}\n    # ${says}`).join('\n')}\n\`\`\``] : []),
  ].join('\n\n');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
const anchor = (name: string): string => name.replaceAll(' ', '-');

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
