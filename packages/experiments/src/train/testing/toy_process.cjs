// Trains the toy program in the folder argv[2] in a process of its own, for tests that kill it.
require('@swc/core');
const { transformFileSync } = require('@swc/core');
const path = require('node:path');
require.extensions['.ts'] = (module, file) => {
  module._compile(transformFileSync(file, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }).code, file);
};
const { toyRun } = require(path.join(__dirname, 'toy_run.ts'));
// A checkpoint before every step: most kills hit one.
toyRun(process.argv[2], { checkpointSeconds: 0 }, { stepMs: Number(process.argv[3] ?? 0), onStep: (done) => process.stdout.write(`${done}\n`) }).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
