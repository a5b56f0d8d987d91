import { z } from 'zod';
import { parseCommandLine } from './config/command_line';
import { messageOf, UsageError } from './config/errors';
import { fieldsOf, show, type OptionsSchema } from './config/fields';
import { helpText } from './config/help';
import { presetNames, readPreset } from './config/presets';
import { resolveOptions } from './config/resolve';
import { DataFileError, DatasetNotFoundError } from './data/dataset';
import { EXIT } from './exit_codes';
import type { Experiment } from './experiment';
import { experimentNames, loadExperiment } from './registry';
import { StorageError } from './runs/atomic';
import { Interrupted, InterruptRequest } from './runs/interrupt';

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
export async function runCommand(argv: readonly string[], program: string, output: Output = TERMINAL): Promise<number> {
  const request = new InterruptRequest((signal) => { output.complain(`\n${signal}: finishing the step and writing a checkpoint (again to quit at once)`); });
  const unlisten = request.listen();
  try {
    const [name, ...options] = argv;
    if (name === undefined || name.startsWith('-')) {
      output.print(`usage: ${program} EXPERIMENT [--option=value ...]\nexperiments: ${experimentNames().join(', ')}`);
      return name === undefined || !['--help', '-h'].includes(name) ? EXIT.usage : EXIT.done;
    }
    const command = program.endsWith(name) ? program : `${program} ${name}`;
    await runExperiment(name, options, command, output, request);
    return EXIT.done;
  } catch (error) {
    return report(error, output);
  } finally {
    unlisten();
  }
}

async function runExperiment(name: string, argv: readonly string[], command: string, output: Output, request: InterruptRequest): Promise<void> {
  const experiment = await loadExperiment(name);
  const presets = presetNames(name);
  const withPreset = experiment.options.extend({
    preset: z.string().default(experiment.defaultPreset).describe('named set of values; options given on the command line win over it'),
  }) as OptionsSchema;
  const fields = fieldsOf(withPreset);
  const { help, values } = parseCommandLine(argv, fields);
  const preset = typeof values['preset'] === 'string' ? values['preset'] : experiment.defaultPreset;
  const presetValues = readPreset(name, preset);
  if (help) {
    output.print(helpText({ command, summary: experiment.summary, fields, presets, defaultPreset: preset, presetValues }));
    return;
  }
  const config = settled(experiment, resolveOptions(withPreset, [{ name: `preset ${preset}`, values: presetValues }, { name: 'command line', values }]));
  output.print(`${name}, preset ${preset}`);
  for (const [key, value] of Object.entries(config)) output.print(`  ${key.padEnd(20)} ${show(value)}`);
  await experiment.run(config, {
    name,
    preset,
    command: [command, ...argv].join(' '),
    print: output.print,
    interrupted: () => request.signal,
  });
}

/** The configuration without the preset's name, which the experiment is told apart. */
function settled(experiment: Experiment, resolved: Record<string, unknown>): Record<string, unknown> {
  const config = Object.fromEntries(Object.entries(resolved).filter(([name]) => name !== 'preset'));
  return experiment.settle ? experiment.settle(config) : config;
}

function report(error: unknown, output: Output): number {
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
  output.complain(error instanceof Error && error.stack !== undefined ? error.stack : `error: ${message}`);
  return EXIT.failed;
}
