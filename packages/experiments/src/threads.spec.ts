import { execFileSync } from 'node:child_process';
import { experimentNames } from './registry';

/** In a process of its own: prepares experiments, and says after which of them TensorFlow is loaded. */
const PROGRAM = `
require('./testing/typescript.cjs');
const loaded = JSON.parse(process.argv[1]).filter((name) => {
  const { experiment } = require('../experiments/' + name + '/experiment.ts');
  const config = experiment.options.parse({});
  experiment.settle?.(config);
  return Object.keys(require.cache).some((file) => /runtime.src.binding.binding[.]ts$/.test(file));
});
console.log(JSON.stringify(loaded));
`;

test('no experiment that trains loads TensorFlow before it is run: it would start with other threads than the run asks for, and give other numbers', () => {
  // Benchmarks measure in processes of their own, which are told their threads.
  const names = experimentNames().filter((name) => !name.startsWith('bench-'));
  const output = execFileSync(process.execPath, ['-e', PROGRAM, JSON.stringify(names)], { cwd: __dirname, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual([]);
}, 120_000);
