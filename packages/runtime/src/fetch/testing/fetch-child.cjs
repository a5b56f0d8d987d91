// Runs one fetch in a process of its own; compiles the sources as jest does.
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  module._compile(code, filename);
};

const { fetchTensorFlow } = require('../fetch-tensorflow.ts');

fetchTensorFlow({ ...JSON.parse(process.argv[2]), pipFallback: false, stallTimeout: 10_000 }).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
