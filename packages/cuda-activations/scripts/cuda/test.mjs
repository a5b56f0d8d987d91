// Everything that can be checked of the CUDA kernels without a GPU:
//   node scripts/cuda/test.mjs [--only=gate,emulation,drivers,tensorflow,sanitizers,mutations] [--json=FILE]
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutations } from './mutations.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const builds = join(root, 'build/cuda-tests');
const emulation = join(root, 'native/emulation');
const results = [];

function record(name, fault) {
  results.push({ name, ...(fault ? { fault } : {}) });
  process.stdout.write(`${fault ? 'FAILED' : 'passed'}  ${name}${fault ? `\n${fault.replace(/^/gm, '    ')}` : ''}\n`);
}

function run(command, options, extra = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, options, { encoding: 'utf8', maxBuffer: 1 << 28, ...extra });
  if (error) throw error;
  return { ok: status === 0, status, signal, text: `${stdout ?? ''}${stderr ?? ''}` };
}

const tail = (text, lines = 25) => text.trimEnd().split('\n').slice(-lines).join('\n');

/** Builds the emulation once for each set of options; the folder of the build. */
function configure(name, options, targets) {
  const folder = join(builds, name);
  for (const step of [
    ['-S', emulation, '-B', folder, ...options],
    ['--build', folder, '-j', String(availableParallelism()), ...targets.flatMap((target) => ['--target', target])],
  ]) {
    const { ok, text } = run('cmake', step);
    if (!ok) throw new Error(`cmake ${step.join(' ')}:\n${tail(text)}`);
  }
  return folder;
}

const withDriver = (folder, extra = {}) => ({ env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'driver'), ...extra } });

function runTests(name, folder, { filter = [], env = {} } = {}) {
  const { ok, status, signal, text } = run(join(folder, 'cuda_tests'), filter, withDriver(folder, env));
  record(name, ok ? undefined : `ended with ${signal ?? status}\n${tail(text)}`);
}

function gate() {
  const { ok, text } = run(process.execPath, [join(root, 'scripts/cuda/static-gate.mjs'), `--json=${join(root, 'test-results/cuda-kernels.json')}`]);
  process.stdout.write(text);
  record('machine code: registers, spills, vector accesses, instructions per element', ok ? undefined : tail(text));
}

function emulate() {
  const folder = configure('plain', [], ['cuda_tests', 'fake_cuda']);
  runTests('kernels under emulation, two GPUs', folder, { env: { FAKE_CUDA_DEVICES: '9.0,9.0' } });
}

/** How a launch ends under a driver that is missing, unfit, or at fault. */
function drivers() {
  const folder = configure('plain', [], ['cuda_faults', 'fake_cuda']);
  const cases = [
    ['no driver', { LD_LIBRARY_PATH: '' }, /^no driver: no NVIDIA driver: .*libcuda\.so\.1/],
    ['a driver without a GPU', { FAKE_CUDA_DEVICES: '' }, /^no driver: the NVIDIA driver does not work: cuInit: CUDA_ERROR_NO_DEVICE/],
    ['a broken driver', { FAKE_CUDA_FAULT: 'cuInit:999' }, /^no driver: the NVIDIA driver does not work: cuInit: unknown error \(999\)/],
    ['too old a GPU', { FAKE_CUDA_DEVICES: '7.5' }, /^unsupported: GPU 0 \(emulated GPU 0\) has compute capability 7\.5; the kernels need 9\.0 or newer/],
    ['an image that the driver refuses', { FAKE_CUDA_FAULT: 'cuModuleLoadData:209' }, /^unsupported: loading the CUDA module pointwise_forward\.Float32 .*CUDA_ERROR_NO_BINARY_FOR_GPU/],
    ['memory that is exhausted once', { FAKE_CUDA_FAULT: 'cuModuleLoadData:2' }, /^out of memory: loading the CUDA module .*CUDA_ERROR_OUT_OF_MEMORY/],
    ['a launch that fails', { FAKE_CUDA_FAULT: 'cuLaunchKernel:719' }, /^launch failed: launching pointwise_forward_Relu_Float32: CUDA_ERROR_LAUNCH_FAILED/],
    ['a second launch that fails', { FAKE_CUDA_FAULT: 'cuLaunchKernel:719@2' }, /^ok: \nlaunch failed: /],
    ['a stream of nowhere', { FAKE_CUDA_FAULT: 'cuStreamGetCtx:400' }, /^launch failed: cuStreamGetCtx/],
    ['a driver in order', {}, /^ok: \nok:$/],
  ];
  for (const [name, environment, expected] of cases) {
    const { ok, text } = run(join(folder, 'cuda_faults'), [], withDriver(folder, environment));
    record(`driver: ${name}`, ok && expected.test(text.trimEnd()) ? undefined : `expected ${expected}, got:\n${text}`);
  }
}

/** TensorFlow places the shipped op library's kernels on an emulated GPU:0. */
function tensorflow() {
  const library = process.env.CUDA_ACTIVATIONS_OPS ?? join(root, 'build/Release/libcuda_activations_ops.so');
  if (!existsSync(library)) throw new Error(`${library} is missing: run the target build-native`);
  const located = run(process.execPath, [join(root, '../runtime/dist/fetch/cli.js'), '--locate', '--print=directory']);
  if (!located.ok) throw new Error(located.text);
  const directory = located.text.trim();
  const folder = configure('plain', [`-DTENSORFLOW_DIR=${directory}`], ['tensorflow_test', 'fake_gpu', 'fake_cuda']);
  const { ok, status, signal, text } = run(join(folder, 'tensorflow_test'), [library, join(folder, 'libfake_gpu.so')], {
    env: { ...process.env, LD_LIBRARY_PATH: `${join(folder, 'driver')}:${directory}`, FAKE_CUDA_EAGER: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  process.stdout.write(text);
  record('TensorFlow: activation, APL and a training step on GPU:0', ok ? undefined : `ended with ${signal ?? status}\n${tail(text)}`);
}

function sanitizers() {
  const address = configure('address', ['-DSANITIZER=address,undefined', '-DFEW_ACTIVATIONS=ON'], ['cuda_tests', 'fake_cuda']);
  for (const filter of ['heads', 'gated', 'prelu', 'plans', 'bad']) {
    runTests(`AddressSanitizer and UBSan: ${filter}`, address, { filter: [filter], env: { ASAN_OPTIONS: 'detect_leaks=0' } });
  }
  runThread(configure('thread', ['-DSANITIZER=thread', '-DFEW_ACTIVATIONS=ON'], ['cuda_tests', 'fake_cuda']));
}

function runThread(folder) {
  runTests('ThreadSanitizer, blocks on two threads: PReLU', folder, { filter: ['prelu'], env: { EMULATION_THREADS: '2' } });
}

/** The compiler's line of one object of a build, with another source and object. */
function compileLike(folder, target, source, object) {
  const flags = readFileSync(join(folder, `CMakeFiles/${target}.dir/flags.make`), 'utf8');
  const words = (key) => (new RegExp(`^${key} = (.*)$`, 'm').exec(flags)?.[1] ?? '').split(' ').filter(Boolean);
  return run(process.env.CXX || 'c++', [...words('CXX_DEFINES'), ...words('CXX_INCLUDES'), ...words('CXX_FLAGS'), '-x', 'c++', '-c', source, '-o', object]);
}

/** A copy of native/cuda with one edit, and links to the folders beside it. */
function mutate(mutation, place) {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  for (const name of ['math', 'cpu', 'generated', 'emulation', 'tests']) symlinkSync(join(root, 'native', name), join(place, name));
  cpSync(join(root, 'native/cuda'), join(place, 'cuda'), { recursive: true });
  const file = join(place, 'cuda', mutation.file);
  const text = readFileSync(file, 'utf8');
  if (text.split(mutation.find).length !== 2) throw new Error(`mutation "${mutation.name}": its text must occur once in ${mutation.file}`);
  writeFileSync(file, text.replace(mutation.find, mutation.replace));
}

function mutants() {
  const plain = configure('few', ['-DFEW_ACTIVATIONS=ON'], ['cuda_tests', 'fake_cuda']);
  for (const mutation of mutations) {
    const base = mutation.thread ? configure('thread', ['-DSANITIZER=thread', '-DFEW_ACTIVATIONS=ON'], ['cuda_tests', 'fake_cuda']) : plain;
    const place = join(builds, 'mutant');
    mutate(mutation, place);
    const target = mutation.module ? `kernels_${mutation.module}_Float32` : 'launcher';
    const object = join(place, 'mutant.o');
    const source = join(place, 'cuda', mutation.module ? `modules/${mutation.module}.cu` : mutation.file);
    const compiled = compileLike(base, target, source, object);
    if (!compiled.ok) {
      record(`mutation: ${mutation.name}`, `does not compile:\n${tail(compiled.text)}`);
      continue;
    }
    // The build's own link line, with the one object exchanged. It comes first: of the template instances that several objects share, and of an
    // archive's members, the linker takes the first.
    const part = mutation.module ? 'fake_cuda' : 'cuda_tests';
    const output = join(place, mutation.module ? 'libcuda.so.1' : 'cuda_tests');
    const link = readFileSync(join(base, `CMakeFiles/${part}.dir/link.txt`), 'utf8')
      .trim()
      .replace(`CMakeFiles/${target}.dir/${target}.cc.o`, '')
      .replace(/ -o \S+/, ` -o ${output} ${object}`);
    const linked = run('sh', ['-c', link], { cwd: base });
    if (!linked.ok) {
      record(`mutation: ${mutation.name}`, `does not link:\n${tail(linked.text)}`);
      continue;
    }
    const program = mutation.module ? join(base, 'cuda_tests') : output;
    const { ok } = run(program, [mutation.filter], {
      env: {
        ...process.env,
        LD_LIBRARY_PATH: mutation.module ? place : join(base, 'driver'),
        FAKE_CUDA_DEVICES: '9.0,9.0',
        ...(mutation.thread ? { EMULATION_THREADS: '2' } : {}),
      },
      timeout: 120_000,
    });
    record(`mutation caught: ${mutation.name}`, ok ? 'the tests passed with the fault in place' : undefined);
  }
  rmSync(join(builds, 'mutant'), { recursive: true, force: true });
}

const suites = { gate, emulation: emulate, drivers, tensorflow, sanitizers, mutations: mutants };

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string', default: join(root, 'test-results/cuda.json') } } });
const chosen = values.only?.split(',') ?? Object.keys(suites);
for (const name of chosen) {
  const suite = suites[name];
  if (suite === undefined) throw new Error(`--only: expected some of ${Object.keys(suites).join(', ')}, got ${name}`);
  try {
    suite();
  } catch (error) {
    record(name, error.message);
  }
}
const failed = results.filter(({ fault }) => fault !== undefined).length;
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(values.json, `${JSON.stringify({ passed: results.length - failed, failed, results }, null, 1)}\n`);
process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
