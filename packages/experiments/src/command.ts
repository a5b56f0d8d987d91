import { messageOf, ToolError, UsageError } from './config/errors';
import { show } from './config/fields';
import { DataFileError, DatasetNotFoundError } from './data/dataset';
import { EXIT } from './exit_codes';
import { fromCommandLine, prepareExperiment, type PreparedExperiment } from './prepare';
import { experimentNames } from './registry';
import { StorageError } from './runs/atomic';
import { Interrupted, InterruptRequest } from './runs/interrupt';
import { writeInvocation, type Invocation } from './runs/invocation';

/** Where the command writes. */
export interface Output {
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

const TERMINAL: Output = { print: (line) => { console.log(line); }, complain: (line) => { console.error(line); } };

/**
 * Runs `<experiment> [--option=value ...]`.
 *
 * @param argv the arguments after the program's name
 * @param program how the user started it, for messages
 * @returns the exit code, see `EXIT`; nothing is thrown
 */
export function runCommand(argv: readonly string[], program: string, output: Output = TERMINAL): Promise<number> {
  return guarded(output, async (request) => {
    const [name, ...options] = argv;
    if (name === undefined || name.startsWith('-')) {
      output.print(`usage: ${program} EXPERIMENT [--option=value ...]\nexperiments: ${experimentNames().join(', ')}`);
      return name === undefined || !['--help', '-h'].includes(name) ? EXIT.usage : EXIT.done;
    }
    const command = program.endsWith(name) ? program : `${program} ${name}`;
    const prepared = await fromCommandLine(name, options, command);
    if (typeof prepared === 'string') output.print(prepared);
    else await execute(prepared, [command, ...options].join(' '), output, request);
    return EXIT.done;
  });
}

/**
 * Goes on with a call that was recorded, with its report or without (train), or writes its report anew.
 *
 * @param command what repeats this, for messages
 * @returns the exit code, see `EXIT`; nothing is thrown
 */
export function repeatInvocation(invocation: Pick<Invocation, 'experiment' | 'preset' | 'config'>, action: 'run' | 'train' | 'report', command: string, output: Output = TERMINAL): Promise<number> {
  return guarded(output, async (request) => {
    const prepared = await prepareExperiment(invocation.experiment, invocation.preset, invocation.config);
    if (action !== 'report') {
      await execute(prepared, command, output, request, action === 'run');
      return EXIT.done;
    }
    const { name, preset, config, experiment } = prepared;
    if (!experiment.report) throw new UsageError(`${name} writes its report as it runs, from what it measures then; run it again for another`);
    await experiment.report(config, { name, preset, command, print: output.print, report: true, interrupted: () => request.signal });
    return EXIT.done;
  });
}

/** Runs `action`, with signals as requests to stop, and says what went wrong. @returns the exit code */
async function guarded(output: Output, action: (request: InterruptRequest) => Promise<number>): Promise<number> {
  const request = new InterruptRequest((signal) => { output.complain(`\n${signal}: finishing the step and writing a checkpoint (again to quit at once)`); });
  const unlisten = request.listen();
  try {
    return await action(request);
  } catch (error) {
    return reportError(error, output);
  } finally {
    unlisten();
  }
}

async function execute({ name, preset, config, experiment }: PreparedExperiment, command: string, output: Output, request: InterruptRequest, report = true): Promise<void> {
  output.print(`${name}, preset ${preset}`);
  for (const [key, value] of Object.entries(config)) output.print(`  ${key.padEnd(20)} ${show(value)}`);
  const record = recorder(name, preset, config);
  record(false);
  await experiment.run(config, { name, preset, command, print: output.print, report, interrupted: () => request.signal });
  record(true);
}

/** Keeps the call beside its runs, for experiments that have a folder of runs. */
function recorder(experiment: string, preset: string, config: Readonly<Record<string, unknown>>): (finished: boolean) => void {
  const { runsDir, force } = config;
  if (typeof runsDir !== 'string') return () => undefined;
  const startedAt = new Date().toISOString();
  // What was asked for once must not be asked for again by going on.
  const kept = force === undefined ? config : { ...config, force: false };
  return (finished) => { writeInvocation(runsDir, { experiment, preset, config: kept, startedAt, finished }); };
}

/** Says what went wrong, as far as the user can do something about it without the stack. @returns the exit code */
export function reportError(error: unknown, output: Output): number {
  if (error instanceof Interrupted) {
    output.complain(error.message);
    return error.exitCode;
  }
  const message = messageOf(error);
  if (error instanceof UsageError || error instanceof DataFileError || error instanceof DatasetNotFoundError || error instanceof RangeError) {
    output.complain(`error: ${message}`);
    return EXIT.usage;
  }
  if (error instanceof StorageError) {
    output.complain(`error: ${message}`);
    return EXIT.storage;
  }
  if (error instanceof ToolError) {
    output.complain(`error: ${message}`);
    return EXIT.failed;
  }
  output.complain(error instanceof Error && error.stack !== undefined ? error.stack : `error: ${message}`);
  return EXIT.failed;
}
