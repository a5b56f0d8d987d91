import { Command, CommanderError, Option } from 'commander';
import { EXIT, experimentNames, runCommand } from '@cuda-activations/experiments';
import { doctorText } from './commands/doctor';
import { FAMILIES, listJson, listText, type Family } from './commands/list';

/** Where the program writes. */
export interface Output {
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

/**
 * Runs the `activations` command.
 * @param argv as `process.argv`
 * @returns the exit code; nothing is thrown for what the user can correct
 */
export async function main(argv: readonly string[], output: Output = { print: (line) => { console.log(line); }, complain: (line) => { console.error(line); } }): Promise<number> {
  let code: number = EXIT.done;
  const program = new Command('activations')
    .description('Fused activation functions, and the experiments that measure them')
    .configureOutput({ writeOut: (text) => { output.print(text.trimEnd()); }, writeErr: (text) => { output.complain(text.trimEnd()); } })
    .showSuggestionAfterError()
    .exitOverride();

  program
    .command('list')
    .description('the activation functions: name, parameters, formula')
    .addOption(new Option('--family <family>', 'only one family').choices(FAMILIES))
    .option('--json', 'all that is known of each, as JSON')
    .action(({ family, json }: { family?: Family; json?: boolean }) => { output.print(json ? listJson(family) : listText(family)); });

  program
    .command('doctor')
    .description('what is installed and loaded, and why something is not')
    .action(async () => {
      const { text, healthy } = await doctorText();
      output.print(text);
      code = healthy ? EXIT.done : EXIT.failed;
    });

  program
    .command('run')
    .description(`run an experiment: ${experimentNames().join(', ')}`)
    .argument('[experiment]')
    .argument('[options...]', 'options of the experiment (activations run EXPERIMENT --help)')
    // The experiment reads its own options, --help among them.
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (experiment: string | undefined, options: string[]) => {
      code = await runCommand(experiment === undefined ? [] : [experiment, ...options], 'npx activations run', output);
    });

  program.enablePositionalOptions();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return code;
}
