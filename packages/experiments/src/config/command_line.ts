import { UsageError } from './errors';
import { fromText, type Field } from './fields';
import { suggestion } from './nearest';

/** What the command line asks for. */
export interface CommandLine {
  readonly help: boolean;
  /** The options given, by name. */
  readonly values: Readonly<Record<string, unknown>>;
}

const HELP = new Set(['--help', '-h', '--showHelp', '--show-help']);

/**
 * Reads `--name=value`, `--name value` and, for booleans, `--name` and `--no-name`.
 * @throws UsageError naming the unknown, repeated or incomplete option
 */
export function parseCommandLine(argv: readonly string[], fields: readonly Field[]): CommandLine {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const values: Record<string, unknown> = {};
  let help = false;
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    if (HELP.has(argument)) {
      help = true;
      continue;
    }
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
    if (!match) throw new UsageError(`unexpected argument "${argument}": options are written --name=value`);
    let [, name = '', text] = match;
    const negated = /^no-?([A-Z-].*)$/.exec(name)?.[1];
    const positive = negated === undefined ? undefined : byName.get(camelCase(negated));
    if (!byName.has(name) && positive?.type === 'boolean' && text === undefined) {
      [name, text] = [positive.name, 'false'];
    }
    const field = byName.get(name) ?? byName.get(camelCase(name));
    if (!field) throw unknownOption(name, fields);
    if (text === undefined && field.type === 'boolean') text = 'true';
    if (text === undefined) {
      text = argv[++i];
      if (text === undefined || text.startsWith('--')) throw new UsageError(`--${field.name}: a value is missing (--${field.name}=...)`);
    }
    if (field.name in values) throw new UsageError(`--${field.name} is given twice`);
    values[field.name] = fromText(field, text);
  }
  return { help, values };
}

function camelCase(name: string): string {
  return name.replace(/^-+/, '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()).replace(/^./, (letter) => letter.toLowerCase());
}

function unknownOption(name: string, fields: readonly Field[]): UsageError {
  const names = fields.map((field) => field.name);
  return new UsageError(`unknown option --${name}${suggestion(name, names)}\noptions: ${names.map((known) => `--${known}`).join(' ')}`);
}
