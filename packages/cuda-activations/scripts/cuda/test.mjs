// Everything that can be checked of the CUDA kernels without a GPU:
//   node scripts/cuda/test.mjs [--only=toolchain,gate,ptx,emulation,drivers,doctor,tensorflow,javascript,verify,sanitizers,mutations] [--json=FILE]
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, opLibrary, root, tensorflowFolder, withDriver } from './checks/builds.mjs';
import { doctor } from './checks/doctor.mjs';
import { gate } from './checks/gate.mjs';
import { javascript } from './checks/javascript.mjs';
import { mutants } from './checks/mutants.mjs';
import { ptx } from './checks/ptx.mjs';
import { forEach, Report, run } from './checks/report.mjs';
import { toolchain } from './checks/toolchain.mjs';
import { verify } from './checks/verify.mjs';

const report = new Report();

/** Every test of a build's cuda_tests that the filters name, each in a process of its own; without filters every test. */
async function runTests(title, folder, { filters, env = {} }) {
  const program = join(folder, 'cuda_tests');
  const names = filters ?? (await run(program, ['--list'])).text.split('\n').filter(Boolean);
  if (names.length === 0) throw new Error(`${program} lists no tests`);
  await forEach(names, async (name) => { report.ended(`${title}: ${name}`, await run(program, [name], withDriver(folder, env))); });
}

async function emulate() {
  const folder = await build('plain', ['cuda_tests', 'fake_cuda']);
  await runTests('emulation, two GPUs', folder, { env: { FAKE_CUDA_DEVICES: '9.0,9.0' } });
}

/** How a launch ends under a driver that is missing, unfit, or at fault. */
async function drivers() {
  const folder = await build('plain', ['cuda_faults', 'fake_cuda']);
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
  await forEach(cases, async ([name, environment, expected]) => {
    const { ok, text } = await run(join(folder, 'cuda_faults'), [], withDriver(folder, environment));
    report.record(`driver: ${name}`, ok && expected.test(text.trimEnd()) ? undefined : `expected ${expected}, got:\n${text}`);
  });
}

/** TensorFlow places the shipped op library's kernels on an emulated GPU:0. */
async function tensorflow() {
  const library = opLibrary();
  const directory = await tensorflowFolder();
  const folder = await build('plain', ['tensorflow_test', 'fake_gpu', 'fake_cuda'], [`-DTENSORFLOW_DIR=${directory}`]);
  const ended = await run(join(folder, 'tensorflow_test'), [library, join(folder, 'libfake_gpu.so')], {
    env: { ...process.env, LD_LIBRARY_PATH: `${join(folder, 'driver')}:${directory}`, FAKE_CUDA_EAGER: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  process.stdout.write(ended.text);
  report.ended('TensorFlow: activation, APL and a training step on GPU:0', ended);
}

async function sanitizers() {
  const targets = ['cuda_tests', 'fake_cuda'];
  const [address, thread] = [await build('address', targets), await build('thread', targets)];
  await Promise.all([
    runTests('ThreadSanitizer, blocks on two threads', thread, { filters: ['prelu'], env: { EMULATION_THREADS: '2' } }),
    runTests('AddressSanitizer and UBSan', address, { filters: ['heads', 'gated', 'prelu', 'plans', 'bad'], env: { ASAN_OPTIONS: 'detect_leaks=0' } }),
  ]);
}

const suites = {
  toolchain: () => toolchain(report),
  gate: () => gate(report),
  ptx: () => ptx(report),
  emulation: emulate,
  drivers,
  doctor: () => doctor(report),
  tensorflow,
  javascript: () => javascript(report),
  verify: () => verify(report),
  sanitizers,
  mutations: () => mutants(report),
};

// Of a build that carries no kernels there is no machine code to read or run, nor anything for TensorFlow to place.
const leftOut = process.env.WITH_CUDA === 'ON' || existsSync(join(root, 'build/cuda/COMPLETE')) ? [] : ['gate', 'ptx', 'tensorflow', 'javascript', 'verify'];
if (leftOut.length > 0) process.stdout.write(`left out, for there are no CUDA kernels in build/cuda (WITH_CUDA=${process.env.WITH_CUDA || 'AUTO'}): ${leftOut.join(', ')}\n`);

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string', default: join(root, 'test-results/cuda.json') } } });
const chosen = values.only?.split(',') ?? Object.keys(suites).filter((name) => !leftOut.includes(name));
const unknown = chosen.find((name) => !(name in suites));
if (unknown !== undefined) throw new Error(`--only: expected some of ${Object.keys(suites).join(', ')}, got ${unknown}`);
// A report of an earlier run must not stand for one that was interrupted.
rmSync(values.json, { force: true });
for (const name of chosen) {
  const begin = Date.now();
  try {
    await suites[name]();
  } catch (error) {
    report.record(name, error.message);
  }
  process.stdout.write(`        ${name}: ${((Date.now() - begin) / 1000).toFixed(0)} s\n`);
}
const { passed, failed } = report.counts;
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(values.json, `${JSON.stringify({ passed, failed, results: report.results }, null, 1)}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
