const fs = require('node:fs');
const path = require('node:path');

/**
 * The jest configuration of one package. Workspace packages resolve to their sources, so that a test never runs a stale build.
 * @param {string} project folder under packages/
 * @returns {import('jest').Config}
 */
module.exports = (project) => {
  // jest makes no folder for --outputFile.
  fs.mkdirSync(path.join(__dirname, 'packages', project, 'test-results'), { recursive: true });
  return configuration(project);
};

/** @param {string} project */
const configuration = (project) => ({
  displayName: project,
  rootDir: path.join(__dirname, 'packages', project),
  testEnvironment: path.join(__dirname, 'packages/runtime/jest-environment.cjs'),
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  // Too long for `npm test`: the target `hardening` runs them.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.HARDENING ? [] : ['\\.hardening\\.spec\\.ts$'])],
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
    ],
  },
  // Published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(vega|d3|internmap|delaunator|robust-predicates|hyparquet|jiti))'],
  moduleNameMapper: {
    '^cuda-activations$': path.join(__dirname, 'packages/cuda-activations/src/index.ts'),
    '^@cuda-activations/(runtime|models|experiments|cli)$': path.join(__dirname, 'packages/$1/src/index.ts'),
    '^@cuda-activations/models/safetensors$': path.join(__dirname, 'packages/models/src/weights/safetensors.ts'),
  },
  // TensorFlow's thread pools live in the worker process; two cores are enough for two of them.
  maxWorkers: 2,
});
