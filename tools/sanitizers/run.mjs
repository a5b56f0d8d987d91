#!/usr/bin/env node
// Builds the C++ anew with sanitizers and runs its tests: the kernels by their own tests, the addons and the op library (which takes GCC) inside Node by the packages' tests.
// usage: node tools/sanitizers/run.mjs [--only=kernels,threads,addons]
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { must, Report, run } from '../../packages/cuda-activations/scripts/cuda/checks/report.mjs';
import { copySources, root } from '../sources/copy.mjs';

// nx hands --cases and --seed of `run-many -t hardening` to every project; they are those of the properties.
const { values } = parseArgs({ options: { only: { type: 'string', default: 'kernels,threads,addons' }, cases: { type: 'string' }, seed: { type: 'string' } } });
const kernels = path.join(root, 'packages/cuda-activations');
const compiler = process.env.CXX || 'c++';
const jobs = String(availableParallelism());
const memory = '-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g1';
// vptr looks for type information that TensorFlow's libraries do not export; with the checks of null GCC takes Abseil's constant comparisons for variable ones.
const memoryBesideTensorFlow = `${memory} -fno-sanitize=vptr,null,nonnull-attribute,returns-nonnull-attribute`;
const sanitizerOptions = {
  // What V8 and TensorFlow keep until the process ends is not ours to free. GCC before 13.3 puts vectors of 64 bytes where they are not aligned in the frames
  // that it checks after their return (its bug 110027). Node's handler of SIGSEGV would end the process without a report.
  ASAN_OPTIONS: 'detect_leaks=0:detect_stack_use_after_return=0:handle_segv=2:strict_init_order=1:exitcode=99',
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1:exitcode=99',
};
const report = new Report();

/** The C++ tests of the kernels, built with `flags`. */
async function testKernels(name, flags) {
  const folder = path.join(kernels, 'build/sanitizers', name);
  const environment = { ...process.env, WITH_CUDA: 'OFF' };
  await must('cmake', ['-S', kernels, '-B', folder, '-DCMAKE_BUILD_TYPE=Release', '-DCMAKE_CXX_FLAGS_RELEASE=-O2', `-DCMAKE_CXX_FLAGS=${flags}`], { env: environment });
  await must('cmake', ['--build', folder, '-j', jobs, '--target', 'cuda_activations_tests'], { env: environment });
  report.ended(`tests of the kernels, ${flags.split(' ')[0]}`, await run(path.join(folder, 'Release/cuda_activations_tests'), [], { env: { ...process.env, ...sanitizerOptions } }));
}

/** Full path of one of the compiler's libraries. */
function compilerLibrary(name) {
  const found = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim();
  if (!path.isAbsolute(found)) throw new Error(`${compiler} has no ${name}; install GCC's sanitizers, or leave this part out with --only=kernels,threads`);
  return found;
}

/** Both addons and the op library in a copy of the sources, loaded by the tests of their packages. */
async function testAddons() {
  const packages = ['runtime', 'cuda-activations'];
  const copy = copySources('sanitizers-', ['node_modules', ...packages.flatMap((name) => [`packages/${name}/dist`, `packages/${name}/node_modules`])]);
  try {
    const environment = { ...process.env, WITH_CUDA: 'OFF', LD_PRELOAD: ['libasan.so', 'libubsan.so', 'libstdc++.so.6'].map(compilerLibrary).join(' '), ...sanitizerOptions };
    for (const name of packages) {
      const folder = path.join(copy, 'packages', name);
      // cmake-js sets CMAKE_CXX_FLAGS itself.
      await must(process.execPath, [path.join(root, 'node_modules/cmake-js/bin/cmake-js'), 'compile', '-O', 'build', '-p', jobs, `--CDCMAKE_CXX_FLAGS_RELEASE=-O2 ${memoryBesideTensorFlow}`, '--CDWITH_TESTS=OFF'], { cwd: folder, env: { ...process.env, WITH_CUDA: 'OFF' } });
      // Passing tests of libraries without a sanitizer in them say nothing.
      const built = path.join(folder, 'build/Release');
      for (const library of readdirSync(built).filter((file) => /\.(node|so)$/.test(file))) {
        const symbols = await must('nm', ['-D', path.join(built, library)]);
        report.record(`${name}: ${library} is instrumented`, symbols.includes('__asan_report') ? undefined : 'it calls no function of AddressSanitizer');
      }
    }
    for (const [name, pattern] of [['runtime', 'src/(?!fetch)'], ['cuda-activations', 'src']]) {
      const json = path.join(copy, `${name}.json`);
      const ended = await run(process.execPath, [path.join(root, 'node_modules/jest/bin/jest.js'), '-c', 'jest.config.cjs', '--runInBand', '--silent', '--testTimeout=600000', '--json', `--outputFile=${json}`, pattern], {
        cwd: path.join(copy, 'packages', name), env: environment,
      });
      const { numPassedTests = 0 } = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : {};
      report.ended(`${name}: ${numPassedTests} tests in Node, ${memory.split(' ')[0]}`, ended);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const parts = {
  kernels: () => testKernels('memory', memory),
  threads: () => testKernels('threads', '-fsanitize=thread -fno-omit-frame-pointer -g1'),
  addons: testAddons,
};
for (const name of values.only.split(',')) {
  if (!(name in parts)) throw new Error(`--only: expected some of ${Object.keys(parts).join(', ')}, got ${name}`);
  try {
    await parts[name]();
  } catch (error) {
    report.record(name, error.message);
  }
}
const { passed, failed } = report.counts;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
