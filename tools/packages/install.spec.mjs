// What a user without a checkout does: install the packed tarballs into an empty folder, with no compiler and no cmake at hand, and run the README.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { here } from './platforms.mjs';
import { root } from './stage.mjs';

const tarballs = path.join(root, 'dist', 'packages');
const work = mkdtempSync(path.join(os.tmpdir(), 'packages-'));
const bin = path.join(work, 'bin');
// Nothing but Node and a shell: a compiler, cmake, make or Python would not be found.
const environment = { ...process.env, PATH: bin, npm_config_ignore_scripts: 'false', npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false', FORCE_COLOR: '0' };
for (const name of Object.keys(environment)) if (/^npm_(package|lifecycle|config_local_prefix)/.test(name) || name.startsWith('CUDA_ACTIVATIONS_ADDON') || name === 'NODE_PATH') delete environment[name];

/** Loads TypeScript of the checkout, here and in the programs under test. */
const register = path.join(root, 'packages', 'runtime', 'src', 'testing', 'register-typescript.cjs');
const documentation = path.join(root, 'packages', 'cli', 'src', 'testing', 'documentation.ts');
const require = createRequire(import.meta.url);

const tarball = (name) => {
  const file = readdirSync(tarballs).find((each) => each.startsWith(`${name}-`) && /^\d/.test(each.slice(name.length + 1)));
  assert.ok(file, `dist/packages holds no ${name}-*.tgz: run "npx nx run tools:pack"`);
  return path.join(tarballs, file);
};
const native = `cuda-activations-native-${here}`;

/** Runs a program, times it, and fails with its output where it fails. */
function run(folder, command, args, settings = {}) {
  const started = performance.now();
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, env: { ...environment, ...settings }, encoding: 'utf8', timeout: 300_000, maxBuffer: 2 ** 26 });
  const seconds = (performance.now() - started) / 1000;
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${error?.message ?? signal ?? `exit code ${status}`}\n${stdout}\n${stderr}`);
  return { stdout, stderr, seconds };
}

/** A new folder with these packages installed. */
function installed(name, packages) {
  const folder = path.join(work, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const { seconds } = run(folder, 'npm', ['install', ...packages]);
  return { folder, seconds };
}

/** A page's examples as a program in the folder, as CommonJS (.cjs) or as ECMAScript module (.mjs), which says what is not as stated. */
function write(folder, page, name) {
  const { instrumented } = require(documentation);
  const ts = require('typescript');
  const esm = name.endsWith('.mjs');
  const prelude = `require(${JSON.stringify(register)}); const wrong = []; const checks = require(${JSON.stringify(documentation)}).checksInto(wrong);`;
  const end = 'if (wrong.length > 0) { console.error(wrong.join("\\n")); process.exitCode = 1; }';
  const code = instrumented(page, esm ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS);
  writeFileSync(
    path.join(folder, name),
    esm
      ? `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${prelude}\n${code}\nawait program(); ${end}`
      : `${prelude}\n${code}\nexports.program().then(() => { ${end} });`,
  );
}

/** The README, whole or up to a heading. */
function readme(before) {
  const { readPage } = require(documentation);
  const text = readFileSync(path.join(root, 'README.md'), 'utf8');
  const file = path.join(work, 'page.md');
  writeFileSync(file, before === undefined ? text : text.slice(0, text.indexOf(before)));
  return readPage(work, 'page.md');
}

/** Compiles a fixture in the folder, as ECMAScript module and as CommonJS, with each way to resolve modules that packages are written for. */
function typeCheck(folder, fixture, options = {}) {
  const files = ['mts', 'cts'].map((extension) => `${fixture}.${extension}`);
  for (const file of files) copyFileSync(path.join(root, 'tools', 'packages', 'fixtures', `${fixture}.ts`), path.join(folder, file));
  for (const resolution of [{ module: 'node16', moduleResolution: 'node16' }, { module: 'esnext', moduleResolution: 'bundler' }]) {
    const compilerOptions = { strict: true, noEmit: true, target: 'es2022', types: [], ...resolution, ...options };
    // What an ECMAScript module imports from CommonJS is the bundler's business there.
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: resolution.module === 'node16' ? files : files.slice(0, 1) }));
    run(folder, 'node', [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json']);
  }
}

const folders = {};

before(() => {
  require(register);
  mkdirSync(bin);
  symlinkSync(process.execPath, path.join(bin, 'node'));
  for (const name of ['npm', 'npx']) symlinkSync(path.join(path.dirname(process.execPath), name), path.join(bin, name));
  symlinkSync('/bin/sh', path.join(bin, 'sh'));
});

after(() => rmSync(work, { recursive: true, force: true }));

test('no package has an install script', () => {
  for (const file of readdirSync(tarballs).filter((name) => name.endsWith('.tgz'))) {
    const { stdout } = spawnSync('tar', ['-xOzf', path.join(tarballs, file), '--wildcards', '*package.json'], { encoding: 'utf8' });
    assert.ok(stdout.includes('"version"'), file);
    assert.doesNotMatch(stdout, /"scripts"|"gypfile"|install\.js/, file);
  }
});

test('typed arrays: two packages and nothing of TensorFlow', () => {
  const { folder } = (folders.arrays = installed('arrays', [tarball('cuda-activations'), tarball(native)]));
  assert.deepEqual(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.')), ['@cuda-activations', 'cuda-activations']);
  for (const name of ['arrays.cjs', 'arrays.mjs']) {
    write(folder, readme('## Layers and tensors'), name);
    run(folder, 'node', [name]);
  }
});

test('types: typed arrays compile with no TensorFlow.js, every declaration checked', () => {
  typeCheck(folders.arrays.folder, 'arrays', { skipLibCheck: false });
});

test('esbuild with the package outside, as ECMAScript module and as CommonJS, and with the native package alone outside', () => {
  const { folder } = folders.arrays;
  writeFileSync(path.join(folder, 'entry.mjs'), "import { gelu, listActivations } from 'cuda-activations'; console.log(gelu(Float32Array.of(2))[0].toFixed(4), listActivations('gated').length);");
  for (const [format, outfile, external] of [['esm', 'bundle.mjs', ['--external:cuda-activations']], ['cjs', 'bundle.cjs', ['--external:cuda-activations']], ['cjs', 'whole.cjs', []]]) {
    run(folder, 'node', [require.resolve('esbuild/bin/esbuild'), 'entry.mjs', '--bundle', '--platform=node', `--format=${format}`, `--outfile=${outfile}`, '--log-level=warning', ...external]);
    assert.equal(run(folder, 'node', [outfile]).stdout, '1.9545 6\n');
  }
});

test('tensors without a TensorFlow.js are told the ways out', () => {
  const script = "try { require('cuda-activations').layers.apl() } catch (error) { console.log(error.message) }";
  assert.match(run(folders.arrays.folder, 'node', ['-e', script]).stdout, /npm install @cuda-activations\/runtime, or call useTensorFlowJs/);
});

test('a package without its native files says which one is missing and how to get it', () => {
  const { folder } = installed('no-native', ['--omit=optional', tarball('cuda-activations')]);
  const script = "try { require('cuda-activations').relu(new Float32Array(1)) } catch (error) { console.log(error.message) }";
  assert.match(run(folder, 'node', ['-e', script]).stdout, new RegExp(`is missing\\. It is part of the optional package @cuda-activations/native-${here}, .*npm install @cuda-activations/native-${here}@\\d`));
  const elsewhere = `Object.defineProperty(process, 'arch', { value: 'ia64' }); ${script}`;
  assert.match(run(folder, 'node', ['-e', elsewhere]).stdout, /Nothing is built for linux-ia64; there is linux-x64, linux-arm64, darwin-arm64\. Build it in a checkout/);
});

test("the README's three snippets, as CommonJS and as ECMAScript modules", (t) => {
  const all = ['cuda-activations', 'cuda-activations-runtime', native].map(tarball);
  const { folder, seconds } = (folders.all = installed('all', all));
  const times = [`npm install ${seconds.toFixed(1)} s`];
  for (const name of ['readme.cjs', 'readme.mjs']) {
    write(folder, readme(), name);
    times.push(`${name} ${run(folder, 'node', [name]).seconds.toFixed(1)} s`);
  }
  t.diagnostic(times.join(', '));
});

test('types: tensors and layers with the runtime', () => {
  typeCheck(folders.all.folder, 'tensors', { skipLibCheck: true });
});

test('the installation is whole, and TensorFlow has a command to fetch it', () => {
  const script = "const { diagnose, diagnosisText } = require('cuda-activations'); const found = diagnose(); console.log(diagnosisText(found)); process.exitCode = found.ok ? 0 : 1;";
  assert.match(run(folders.all.folder, 'node', ['-e', script]).stdout, new RegExp(`node_modules/@cuda-activations/native-${here}/cuda_activations\\.node`));
  assert.match(run(folders.all.folder, 'npx', ['fetch-tensorflow', '--locate', '--print=directory']).stdout, /tensorflow\n$/);
});

test('a missing TensorFlow is not fetched where that is forbidden, and the way out is a command of the package', () => {
  const script = "try { require('@cuda-activations/runtime') } catch (error) { console.log(error.message) }";
  const { stdout } = run(folders.all.folder, 'node', ['-e', script], { CUDA_ACTIVATIONS_CACHE: path.join(work, 'empty'), CUDA_ACTIVATIONS_FETCH: 'never', TENSORFLOW_DIR: '' });
  assert.match(stdout, /is missing\. Run "npx fetch-tensorflow"/);
});

test('a missing TensorFlow is fetched at the first import, which says why where it cannot be', () => {
  const script = "try { require('@cuda-activations/runtime') } catch (error) { console.log(error.message) }";
  const settings = { CUDA_ACTIVATIONS_CACHE: path.join(work, 'empty'), TENSORFLOW_DIR: '', TENSORFLOW_WHEEL: path.join(work, 'no.whl') };
  const { stdout, stderr } = run(folders.all.folder, 'node', ['-e', script], settings);
  assert.match(stderr, /^TensorFlow is fetched, once for all projects of this user; CUDA_ACTIVATIONS_FETCH=never prevents it\.\nTENSORFLOW_WHEEL=.*there is no such file/);
  assert.match(stdout, /TensorFlow could not be fetched; the lines above say why/);
});

test('a stock TensorFlow.js computes through typed arrays', () => {
  const { folder } = installed('stock', ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-backend-cpu@4.22.0', tarball('cuda-activations'), tarball(native)]);
  const script = `
    const tf = require('@tensorflow/tfjs-core'); require('@tensorflow/tfjs-backend-cpu');
    const { gelu, layers, useTensorFlowJs } = require('cuda-activations');
    useTensorFlowJs(tf);
    const x = tf.tensor1d([-1, 0, 2]);
    let error; try { layers.apl() } catch (thrown) { error = thrown.message }
    console.log(JSON.stringify({ backend: tf.getBackend(), y: gelu(x).arraySync(), dx: tf.grad((t) => gelu(t))(x).arraySync(), error }));`;
  const { backend, y, dx, error } = JSON.parse(run(folder, 'node', ['-e', script]).stdout);
  assert.equal(backend, 'cpu');
  for (const [actual, expected] of [[y, [-0.15866, 0, 1.9545]], [dx, [-0.08332, 0.5, 1.08523]]]) actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-4, `${actual}`));
  assert.match(error, /Layers need tf\.layers/);
  typeCheck(folder, 'stock', { skipLibCheck: true });
});

test('the command and the experiments run from their packages', () => {
  run(folders.all.folder, 'npm', ['install', ...['models', 'experiments', 'cli'].map((name) => tarball(`cuda-activations-${name}`))]);
  assert.match(run(folders.all.folder, 'npx', ['activations', 'list']).stdout, /swiglu/);
  run(folders.all.folder, 'npx', ['activations', 'doctor']);
});
