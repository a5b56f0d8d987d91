module.exports = {
  ...require('../../jest.preset.cjs')('cli'),
  // This package runs the experiments.
  moduleNameMapper: require('../experiments/jest.config.cjs').moduleNameMapper,
};
