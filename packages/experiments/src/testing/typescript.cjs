// For processes that tests start: loads TypeScript sources with the workspace's packages as sources too, as jest does.
const Module = require('node:module');
const path = require('node:path');
const { transformFileSync } = require('@swc/core');

const packages = path.join(__dirname, '..', '..', '..');
const source = (name) => path.join(packages, name.replace('@cuda-activations/', ''), 'src', 'index.ts');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs', ignoreDynamic: true } });
  // Node's own import() would look for the built file; packages that are ES modules need it.
  module._compile(code.replace(/\bimport\((['"])(\.[^'"]*)\.js\1\)/g, "Promise.resolve().then(() => require('$2.ts'))"), file);
};
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  if (/^(cuda-activations|@cuda-activations\/(runtime|models))$/.test(request)) return source(request);
  return resolve.call(this, request, ...rest);
};
// Processes that this one forks load it too.
if (!process.execArgv.includes(module.filename)) process.execArgv.push('--require', module.filename);
