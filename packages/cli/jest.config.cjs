const preset = require('../../jest.preset.cjs')('cli');

module.exports = {
  ...preset,
  // Needs Slurm: the target `test-slurm` runs it.
  testPathIgnorePatterns: [...preset.testPathIgnorePatterns, ...(process.env.SLURM_TEST ? [] : ['\\.slurm\\.spec\\.ts$'])],
  // This package runs the experiments.
  moduleNameMapper: require('../experiments/jest.config.cjs').moduleNameMapper,
};
