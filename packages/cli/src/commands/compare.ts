import { EXIT, readRun, UsageError } from '@cuda-activations/experiments';
import { listActivations } from 'cuda-activations';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { printJson } from '../command/io';
import { compareActivations, compareFunctions } from './compare_activations';
import { compareRuns } from './compare_runs';
import { activationText, functionText, runText } from './compare_text';
import { requireRange } from './function_curves';

export const compareCommand = defineCommand({
  name: 'compare',
  summary: 'two runs, or two activations over all runs and as functions',
  details:
    'Two folders of runs: what differs in configuration, results and epochs. Two activations: how far the functions and their derivatives are apart, and for every group of finished runs that differ in nothing but activation, seed and learning rate the difference paired by seed, with its 95 % interval of Student\'s t and the p of the paired t test.',
  arguments: [
    { name: 'a', description: 'folder of a run, or an activation', required: true, values: () => listActivations().map(({ name }) => name) },
    { name: 'b', description: 'the other', required: true, values: () => listActivations().map(({ name }) => name) },
  ],
  options: {
    metric: z.string().default('test.accuracy').describe('number of the result that is compared: test.accuracy, test.loss, test.f1, bestValLoss, seconds, ...'),
    range: z.array(z.number()).default([-6, 6]).describe('of x, where functions are compared'),
    runsDir: COMMON.runsDir,
    json: COMMON.json,
  },
  examples: [
    { line: 'compare gelu gelu_tanh', says: 'the functions, and what the runs say' },
    { line: 'compare relu gelu --metric=test.loss --json', says: 'for a program' },
  ],
  run: ({ arguments: [a = '', b = ''], options: { metric, range, runsDir, json }, io }) => {
    const [first, second] = [readRun(a), readRun(b)];
    if (first && second) {
      const comparison = compareRuns(first, second);
      if (json) printJson(io, comparison);
      else io.print(runText(comparison));
      return EXIT.done;
    }
    if (first ?? second) throw new UsageError(`compare: expected two folders of runs or two activations; ${first ? b : a} is no folder of a run`);
    const functions = compareFunctions(a, b, requireRange(range));
    const groups = compareActivations(runsDir, a, b, metric);
    if (json) printJson(io, { functions, metric, groups });
    else io.print([functionText(functions), activationText(groups, metric, runsDir)].join('\n\n'));
    return EXIT.done;
  },
});
