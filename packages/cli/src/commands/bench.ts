import { experimentNames } from '@cuda-activations/experiments';
import { defineCommand, COMMON } from '../command/definition';
import { PROGRAM } from '../command/commander';
import { runExperiment } from './run';

const PREFIX = 'bench-';

/** The experiments that measure speed. */
const benchmarks = (): string[] => experimentNames().filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));

export const benchCommand = defineCommand({
  name: 'bench',
  summary: 'measure: kernels against stock ones, whole training steps',
  details: 'Short for `run bench-NAME`. Options of the benchmark follow its name; `bench NAME --help` lists them. With --json, before the name, what it says goes to the standard error.',
  arguments: [
    { name: 'benchmark', description: 'kernels, steps or any other experiment whose name begins with bench-', values: benchmarks },
    { name: 'options', description: 'options of the benchmark', variadic: true },
  ],
  options: { json: COMMON.json },
  passThrough: true,
  examples: [
    { line: 'bench', says: 'which there are' },
    { line: 'bench kernels --help', says: 'every option of a benchmark with its default' },
    { line: 'bench kernels --ops=gelu --sizes=2^10 --directions=forward --samples=3 --sampleMs=0', says: 'one activation on 1024 elements' },
  ],
  run: async ({ arguments: [name, ...argv], options, io }) => {
    if (name === undefined) {
      io.print(`usage: ${PROGRAM} bench BENCHMARK [--option=value ...]\nbenchmarks: ${benchmarks().join(', ')}`);
      return 0;
    }
    return runExperiment([name.startsWith(PREFIX) ? name : PREFIX + name, ...argv], `${PROGRAM} run`, options.json, io);
  },
});
