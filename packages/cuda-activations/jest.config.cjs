module.exports = require('../../jest.preset.cjs')('cuda-activations');
