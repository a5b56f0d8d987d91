import type { z } from 'zod';
import type { OptionsSchema } from './config/fields';

/** What an experiment is given to run with. */
export interface ExperimentContext {
  /** Its folder's name. */
  readonly name: string;
  readonly preset: string;
  /** The command that repeats this run, for messages. */
  readonly command: string;
  /** Writes one line for the user. */
  readonly print: (line: string) => void;
  /** Runs of a sweep are reported together: false leaves an experiment's own report out. */
  readonly report: boolean;
  /** The signal that asked for a stop, if one did. */
  readonly interrupted: () => NodeJS.Signals | undefined;
}

/** An experiment: what experiments/<name>/experiment.ts exports as `experiment`. */
export interface Experiment<Schema extends OptionsSchema = OptionsSchema> {
  /** One or two lines for `--help` and lists. */
  readonly summary: string;
  /** Its options, each with a default and a description. */
  readonly options: Schema;
  /** The preset that applies where none is chosen. */
  readonly defaultPreset: string;
  /**
   * Checks what a schema cannot (names of activations), and settles spellings.
   * @throws UsageError
   */
  readonly settle?: (config: z.output<Schema>) => z.output<Schema>;
  /** @throws UsageError, StorageError, Interrupted, or whatever failed */
  readonly run: (config: z.output<Schema>, context: ExperimentContext) => Promise<void>;
  /**
   * Writes the report anew from the runs that are finished, without training. Absent where a report holds what only `run` knows.
   * @throws as `run`
   */
  readonly report?: (config: z.output<Schema>, context: ExperimentContext) => Promise<void>;
}
