import type { CommandDefinition } from '../command/definition';
import { benchCommand } from './bench';
import { compareCommand } from './compare';
import { completeCommand, completionCommand } from './completion';
import { dataCommands } from './data';
import { doctorCommand } from './doctor';
import { listCommand } from './list';
import { plotCommand } from './plot';
import { reportCommand } from './report';
import { resumeCommand } from './resume';
import { runCommands } from './run';
import { sweepCommands } from './sweep';
import { watchCommand } from './watch';

/** What the program is. */
export const SUMMARY = 'Fused activation functions, and the experiments that measure them';

/** Commands of several words begin with one of these. */
export const GROUPS: Readonly<Record<string, string>> = { data: 'the data sets of the experiments', sweep: 'many runs of an experiment, on this machine or others' };

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandDefinition[] = [
  listCommand, runCommands, resumeCommand, watchCommand, reportCommand, compareCommand, plotCommand, benchCommand, doctorCommand, ...dataCommands, ...sweepCommands, completionCommand, completeCommand,
];
