import { EXIT, readInvocations, repeatInvocation, type Invocation } from '@cuda-activations/experiments';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { PROGRAM } from '../command/commander';
import { printJson } from '../command/io';
import { EXPERIMENT, latestCall, runSummaries } from './run';

/** The calls to repeat. @throws UsageError where an experiment was never run there */
function chosen(runsDir: string, names: readonly string[]): Invocation[] {
  if (names.length === 0) return readInvocations(runsDir).filter(({ finished }) => !finished);
  return names.map((name) => latestCall(runsDir, name));
}

export const resumeCommand = defineCommand({
  name: 'resume',
  summary: 'go on with experiments that did not come to their end',
  details: 'Each with the options of its latest call. Runs that were interrupted, or killed at any moment, go on to the numbers of uninterrupted ones.',
  arguments: [{ ...EXPERIMENT, name: 'experiments', description: 'their names (none: all that did not come to their end)', variadic: true }],
  options: { runsDir: COMMON.runsDir, dryRun: z.boolean().default(false).describe('say what would go on, and do nothing'), json: COMMON.json },
  examples: [
    { line: 'resume --dryRun', says: 'what did not come to its end' },
    { line: 'resume', says: 'all of it, one after the other' },
  ],
  run: async ({ arguments: names, options: { runsDir, dryRun, json }, io }) => {
    const invocations = chosen(runsDir, names);
    const say = json ? io.complain : io.print;
    if (invocations.length === 0) say(`nothing in ${runsDir} waits to go on`);
    let code: number = EXIT.done;
    const done: unknown[] = [];
    for (const { experiment, preset, config, startedAt } of invocations) {
      say(`${experiment}, preset ${preset}, started ${startedAt}`);
      if (!dryRun) {
        const output = { print: say, complain: io.complain };
        // The folder may have been moved since.
        code = Math.max(code, await repeatInvocation({ experiment, preset, config: { ...config, runsDir } }, 'run', `${PROGRAM} resume ${experiment} --runsDir=${runsDir}`, output));
      }
      done.push({ experiment, preset, startedAt, runs: runSummaries(runsDir, experiment) });
      // Ctrl-C means all of them.
      if (code >= EXIT.interrupted) break;
    }
    if (json) printJson(io, { exitCode: code, experiments: done });
    return code;
  },
});
