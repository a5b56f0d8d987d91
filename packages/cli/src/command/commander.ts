import { exitCodesLine, expectation, fieldsOf, fromText, resolveOptions, show, type Field } from '@cuda-activations/experiments';
import { Command, Option } from 'commander';
import type { ArgumentDefinition, CommandDefinition } from './definition';
import { styled, type Io } from './io';

/** How users start the program, for examples. */
export const PROGRAM = 'npx activations';

/** Makes the program of some commands. @param done told the exit code of the command that ran */
export function buildProgram(definitions: readonly CommandDefinition[], groups: Readonly<Record<string, string>>, summary: string, io: Io, done: (code: number) => void): Command {
  const program = configure(new Command('activations'), io).description(summary).enablePositionalOptions();
  program.addHelpText('after', `\n${exitCodesLine()}`);
  const parents = new Map<string, Command>();
  for (const definition of definitions) {
    const [first = '', second] = definition.name.split(' ');
    let parent = program;
    if (second !== undefined) {
      parent = parents.get(first) ?? addGroup(program, first, groups[first] ?? '', io);
      parents.set(first, parent);
    }
    addCommand(configure(parent.command(second ?? first, { hidden: definition.hidden }), io), definition, io, done);
  }
  return program;
}

function addGroup(program: Command, name: string, description: string, io: Io): Command {
  const group = configure(program.command(name), io).description(description);
  // A group alone shows what it holds; it did nothing, so it did not succeed.
  return group.action(() => group.help({ error: true }));
}

function configure(command: Command, io: Io): Command {
  return command
    .configureOutput({ writeOut: (text) => { io.print(text.trimEnd()); }, writeErr: (text) => { io.complain(text.trimEnd()); }, getOutHelpWidth: () => io.width, getErrHelpWidth: () => io.width, getOutHasColors: () => io.colours, getErrHasColors: () => io.colours })
    .configureHelp({ styleTitle: (text) => styled(io, 'bold', text), styleCommandText: (text) => styled(io, 'cyan', text), styleOptionText: (text) => styled(io, 'cyan', text) })
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says what it takes)')
    .exitOverride();
}

function addCommand(command: Command, definition: CommandDefinition, io: Io, done: (code: number) => void): void {
  command.description(definition.details === undefined ? definition.summary : `${definition.summary}\n\n${definition.details}`).summary(definition.summary);
  for (const argument of definition.arguments) command.argument(argumentTerm(argument), argument.description);
  const fields = fieldsOf(definition.options);
  for (const field of fields) command.addOption(optionOf(field));
  command.addHelpText('after', afterHelp(definition));
  // The experiment reads its own options, --help among them.
  if (definition.passThrough) command.passThroughOptions().allowUnknownOption();
  command.action(async (...parameters: unknown[]) => {
    const positional = parameters.slice(0, definition.arguments.length).flatMap((value) => (value === undefined ? [] : (value as string | string[])));
    const given = command.opts<Record<string, string | boolean>>();
    const values = Object.fromEntries(fields.flatMap((field): [string, unknown][] => {
      const value = given[field.name];
      return value === undefined ? [] : [[field.name, typeof value === 'string' ? fromText(field, value) : value]];
    }));
    done(await definition.run({ arguments: positional, options: resolveOptions(definition.options, [{ name: 'command line', values }]), io }));
  });
}

/** `<name>`, `[name]`, `[names...]`. */
export function argumentTerm({ name, required = false, variadic = false }: ArgumentDefinition): string {
  const text = variadic ? `${name}...` : name;
  return required ? `<${text}>` : `[${text}]`;
}

/** The flags of an option as typed. */
export function optionTerm(field: Field): string {
  return field.type === 'boolean' ? `--${field.name}` : `--${field.name} <${field.type === 'array' ? 'list' : field.type === 'string' ? 'text' : 'number'}>`;
}

/** What an option is, what it takes, and its default. */
export function optionText(field: Field): string {
  return field.type === 'boolean' ? field.description : `${field.description}; ${expectation(field)} [default ${Array.isArray(field.default) && field.default.length === 0 ? 'empty' : show(field.default)}]`;
}

function optionOf(field: Field): Option {
  if (field.type === 'boolean' && field.default === true) throw new Error(`${field.name}: an option that is on by default could not be turned off`);
  return new Option(optionTerm(field), optionText(field));
}

function afterHelp({ examples }: CommandDefinition): string {
  const lines = examples.map(({ line, says }) => `  ${PROGRAM} ${line}\n      ${says}`);
  return `${lines.length > 0 ? `\nExamples:\n${lines.join('\n')}\n` : ''}\n${exitCodesLine()}`;
}
