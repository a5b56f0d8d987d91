import { EXIT, reportError } from '@cuda-activations/experiments';
import { CommanderError } from 'commander';
import { buildProgram } from './command/commander';
import { processIo, type Io } from './command/io';
import { COMMANDS, GROUPS, SUMMARY } from './commands/all';

/**
 * Runs the `activations` command.
 * @param argv as `process.argv`
 * @returns the exit code; nothing is thrown for what the user can correct
 */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let code: number = EXIT.done;
  const program = buildProgram(COMMANDS, GROUPS, SUMMARY, io, (result) => { code = result; });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, io);
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return code;
}
