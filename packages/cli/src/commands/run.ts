import { experimentNames, fixed, readInvocations, readRuns, runCommand, UsageError, type Invocation } from '@cuda-activations/experiments';
import { COMMON, defineCommand } from '../command/definition';
import { PROGRAM } from '../command/commander';
import { printJson, type Io } from '../command/io';

/** The argument that names an experiment. */
export const EXPERIMENT = { name: 'experiment', description: 'its name (npx activations list experiments)', values: experimentNames } as const;

/**
 * Runs an experiment. With `json` what it says goes to the standard error, and a summary to the standard output.
 * @param argv its name and its options
 */
export async function runExperiment(argv: readonly string[], program: string, json: boolean, io: Io): Promise<number> {
  if (!json) return runCommand(argv, program, io);
  const exitCode = await runCommand(argv, program, { print: io.complain, complain: io.complain });
  const [experiment = null] = argv;
  printJson(io, { experiment, exitCode, runs: experiment === null ? [] : runSummaries(runsDirOf(argv), experiment) });
  return exitCode;
}

/** What programs want to know of the runs in a folder. */
export function runSummaries(runsDir: string, experiment?: string): Readonly<Record<string, unknown>>[] {
  return readRuns(runsDir, experiment).map(({ id, folder, status, config, result, metrics }) => ({ id, folder, status, epochs: metrics.length, config, result: result ?? null }));
}

/** A result in a few words. */
export function resultText(result: Readonly<Record<string, unknown>> | undefined): string {
  const test = result?.['test'] as { accuracy?: number; loss?: number } | null | undefined;
  if (test?.accuracy !== undefined) return `test accuracy ${fixed(test.accuracy, 2)} %, loss ${fixed(test.loss, 3)}`;
  const validation = result?.['bestValLoss'];
  return typeof validation === 'number' ? `validation loss ${fixed(validation, 4)}` : '';
}

/** The latest call of an experiment. @throws UsageError where it was never run there */
export function latestCall(runsDir: string, experiment: string): Invocation {
  const [invocation] = readInvocations(runsDir, experiment);
  if (invocation) return invocation;
  throw new UsageError(`experiment: ${experiment} was not run in ${runsDir}; there: ${readInvocations(runsDir).map((found) => found.experiment).join(', ') || 'none'}`);
}

/** The folder of runs that an experiment's options name. */
function runsDirOf(argv: readonly string[]): string {
  const at = argv.findIndex((argument) => /^--runs-?[dD]ir(=|$)/.test(argument));
  const argument = argv[at];
  return (argument?.includes('=') ? argument.slice(argument.indexOf('=') + 1) : argv[at + 1]) ?? COMMON.runsDir.parse(undefined);
}

export const runCommands = defineCommand({
  name: 'run',
  summary: 'run an experiment: train, test, report',
  details: 'Options of the experiment follow its name; `run EXPERIMENT --help` lists them. Finished runs are skipped and interrupted ones go on. With --json, before the name, what the experiment says goes to the standard error.',
  arguments: [EXPERIMENT, { name: 'options', description: 'options of the experiment', variadic: true }],
  options: { json: COMMON.json },
  passThrough: true,
  examples: [
    { line: 'run cnn-mnist --help', says: 'every option of an experiment with its default' },
    { line: 'run cnn-mnist --dataset=synthetic --activations=relu,gelu --optimizers=adam --epochs=1 --steps=5 --timingSteps=0', says: 'a few steps with two activations, on procedural images' },
    { line: 'run --json cnn-mnist --dataset=synthetic --activations=relu,gelu --optimizers=adam --epochs=1 --steps=5 --timingSteps=0', says: 'the same for a program; what is finished is not trained again' },
  ],
  run: ({ arguments: argv, options, io }) => runExperiment(argv, `${PROGRAM} run`, options.json, io),
});
