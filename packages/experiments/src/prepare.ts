import { z } from 'zod';
import { parseCommandLine } from './config/command_line';
import { fieldsOf, type Field, type OptionsSchema } from './config/fields';
import { helpText } from './config/help';
import { presetNames, readPreset } from './config/presets';
import { resolveOptions, type ConfigurationSource } from './config/resolve';
import type { Experiment } from './experiment';
import { loadExperiment } from './registry';

/** An experiment with all that it will run with. */
export interface PreparedExperiment {
  readonly name: string;
  readonly preset: string;
  /** Fully resolved and checked. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly experiment: Experiment;
}

/**
 * An experiment with the values of `--option=value ...`.
 *
 * @param command how the user started it, for messages
 * @returns the text of its help where that was asked for
 * @throws UsageError naming the unknown experiment, preset, option or value
 */
export async function fromCommandLine(name: string, argv: readonly string[], command: string): Promise<PreparedExperiment | string> {
  const experiment = await loadExperiment(name);
  const fields = fieldsOf(withPreset(experiment));
  const { help, values } = parseCommandLine(argv, fields);
  const preset = typeof values['preset'] === 'string' ? values['preset'] : experiment.defaultPreset;
  const presetValues = readPreset(name, preset);
  if (help) return helpText({ command, summary: experiment.summary, fields, presets: presetNames(name), defaultPreset: preset, presetValues });
  return resolved(name, experiment, withPreset(experiment), preset, [{ name: `preset ${preset}`, values: presetValues }, { name: 'command line', values }]);
}

/**
 * An experiment with the values of a preset (undefined: its default one) and of `values`, which win.
 * @throws UsageError as {@link fromCommandLine}
 */
export async function prepareExperiment(name: string, preset: string | undefined, values: Readonly<Record<string, unknown>>, source = 'configuration'): Promise<PreparedExperiment> {
  const experiment = await loadExperiment(name);
  const chosen = preset ?? experiment.defaultPreset;
  return resolved(name, experiment, withPreset(experiment), chosen, [{ name: `preset ${chosen}`, values: readPreset(name, chosen) }, { name: source, values }]);
}

/** What resolves many configurations of one experiment. */
export interface Preparer {
  readonly schema: OptionsSchema;
  readonly preset: string;
  /** The configuration with the values of the preset, and of sources that win over it, weakest first. @throws UsageError */
  readonly resolve: (sources: readonly ConfigurationSource[]) => Readonly<Record<string, unknown>>;
}

/** @throws UsageError for an unknown experiment or preset */
export async function preparer(name: string, preset: string | undefined): Promise<Preparer> {
  const experiment = await loadExperiment(name);
  const chosen = preset ?? experiment.defaultPreset;
  const schema = withPreset(experiment);
  const weakest = { name: `preset ${chosen}`, values: readPreset(name, chosen) };
  return { schema: experiment.options, preset: chosen, resolve: (sources) => resolved(name, experiment, schema, chosen, [weakest, ...sources]).config };
}

/** The options of an experiment, its presets' name among them, and its presets: what a command line may hold. */
export async function describeOptions(name: string): Promise<{ readonly fields: readonly Field[]; readonly presets: readonly string[] }> {
  return { fields: fieldsOf(withPreset(await loadExperiment(name))), presets: presetNames(name) };
}

function withPreset(experiment: Experiment): OptionsSchema {
  return experiment.options.extend({
    preset: z.string().default(experiment.defaultPreset).describe('named set of values; options given on the command line win over it'),
  }) as OptionsSchema;
}

/** The configuration without the preset's name, which the experiment is told apart. */
function resolved(name: string, experiment: Experiment, schema: OptionsSchema, preset: string, sources: readonly ConfigurationSource[]): PreparedExperiment {
  const all = resolveOptions(schema, sources);
  const config = Object.fromEntries(Object.entries(all).filter(([key]) => key !== 'preset'));
  return { name, preset, config: experiment.settle ? experiment.settle(config) : config, experiment };
}
