import { EXIT, experimentNames, runCommand } from '@cuda-activations/experiments';
import { Command, CommanderError, Option } from 'commander';
import { diagnose, diagnosisText } from 'cuda-activations';
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
    .enablePositionalOptions()
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
    .option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) => {
      const diagnosis = diagnose();
      output.print(json ? JSON.stringify(diagnosis, null, 2) : diagnosisText(diagnosis));
      code = diagnosis.ok ? EXIT.done : EXIT.failed;
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

  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return code;
}
