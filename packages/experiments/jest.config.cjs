const path = require('node:path');

const modules = path.join(__dirname, '..', '..', 'node_modules');
const preset = require('../../jest.preset.cjs')('experiments');

module.exports = {
  ...preset,
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    // import() of a file beside it needs the extension that it has after the build.
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Published as ES modules with a top-level await, which jest cannot require; these are the same bundled.
    '^vega$': path.join(modules, 'vega/build/vega.min.js'),
    '^vega-lite$': path.join(modules, 'vega-lite/build/vega-lite.min.js'),
  },
};
