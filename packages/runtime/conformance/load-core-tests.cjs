const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const swc = require('@swc/core');

/**
 * tfjs-core ships its tests as ES modules without file extensions, which node cannot load. This translates whatever they import from that
 * folder to CommonJS on the way in. The backend under test keeps using the CommonJS bundle: both share one engine and one kernel registry,
 * which tfjs-core keeps on the global object.
 */
function translateCore() {
  const root = path.join(path.dirname(require.resolve('@tensorflow/tfjs-core/package.json')), 'dist') + path.sep;
  // tfjs-core asks for jasmine without depending on it; it gets this package's version, wherever npm has put that.
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, parent, ...rest) => resolve(request, request.startsWith('jasmine-core/') ? module : parent, ...rest);
  const load = require.extensions['.js'];
  require.extensions['.js'] = (module, filename) => {
    if (!filename.startsWith(root) || /\.(node|min|es2017)\.js$/.test(filename) || path.basename(filename).startsWith('tf-core')) {
      load(module, filename);
      return;
    }
    const { code } = swc.transformSync(fs.readFileSync(filename, 'utf8'), {
      filename,
      jsc: { parser: { syntax: 'ecmascript' }, target: 'es2019' },
      module: { type: 'commonjs', strict: false },
      sourceMaps: false,
    });
    module._compile(code, filename);
  };
}

module.exports = { translateCore };
