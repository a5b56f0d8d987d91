import * as path from 'node:path';
import { EXIT, readRuns, repeatInvocation, textTable } from '@cuda-activations/experiments';
import { COMMON, defineCommand } from '../command/definition';
import { PROGRAM } from '../command/commander';
import { printJson } from '../command/io';
import { EXPERIMENT, latestCall, resultText, runSummaries } from './run';

export const reportCommand = defineCommand({
  name: 'report',
  summary: "write an experiment's report anew, without training",
  details: 'From the runs that are finished, with the options of its latest call. Without a name: a table of all runs.',
  arguments: [EXPERIMENT],
  options: { runsDir: COMMON.runsDir, json: COMMON.json },
  examples: [
    { line: 'report cnn-mnist', says: 'runs/cnn-mnist/report/, from the runs so far' },
    { line: 'report', says: 'every run in runs/' },
  ],
  run: async ({ arguments: [experiment], options: { runsDir, json }, io }) => {
    if (experiment === undefined) {
      const runs = readRuns(runsDir);
      if (json) printJson(io, { exitCode: EXIT.done, runs: runSummaries(runsDir) });
      else if (runs.length === 0) io.print(`no runs in ${runsDir}`);
      else io.print(textTable({ header: ['run', 'status', 'epochs', 'result'], rows: runs.map(({ folder, status, metrics, result }) => [path.relative(runsDir, folder), status, String(metrics.length), resultText(result)]) }));
      return EXIT.done;
    }
    const invocation = latestCall(runsDir, experiment);
    const output = json ? { print: io.complain, complain: io.complain } : io;
    const code = await repeatInvocation({ ...invocation, config: { ...invocation.config, runsDir } }, 'report', `${PROGRAM} report ${experiment} --runsDir=${runsDir}`, output);
    if (json) printJson(io, { experiment, exitCode: code, report: code === EXIT.done ? path.join(runsDir, experiment, 'report', 'report.html') : null, runs: runSummaries(runsDir, experiment) });
    return code;
  },
});
