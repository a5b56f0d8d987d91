// @ts-check
const path = require('node:path');

/**
 * Infers one target of the project `experiments` from every folder packages/experiments/experiments/<name>/ that holds an
 * experiment.ts, so that adding the folder is all it takes to get `nx run experiments:<name>`.
 *
 * @type {import('@nx/devkit').CreateNodesV2}
 */
const createNodesV2 = [
  'packages/experiments/experiments/*/experiment.ts',
  (files) => {
    /** @type {Record<string, import('@nx/devkit').TargetConfiguration>} */
    const targets = {};
    for (const file of files) {
      const name = path.basename(path.dirname(file));
      targets[name] = {
        executor: './tools/nx:experiment',
        options: { experiment: name },
        // An experiment measures time and uses every core: never cached, never beside another task.
        cache: false,
        parallelism: false,
        dependsOn: ['build', { projects: ['runtime', 'cuda-activations'], target: 'build-native' }],
      };
    }
    return files.slice(0, 1).map((file) => [file, { projects: { 'packages/experiments': { targets } } }]);
  },
];

module.exports = { name: 'cuda-activations', createNodesV2 };
