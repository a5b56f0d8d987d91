// Compiles the CPU kernels for aarch64 (NEON) and runs the C++ checks, or those whose name contains the argument, under
// qemu-user. No part of `npm test`: compiler and emulator come from the distribution.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = join(root, 'build/aarch64');
const TOOLS = [
  { program: 'aarch64-linux-gnu-g++', debian: 'g++-aarch64-linux-gnu' },
  { program: 'qemu-aarch64', debian: 'qemu-user' },
];

const missing = TOOLS.filter(({ program }) => spawnSync(program, ['--version']).error);
if (missing.length > 0) {
  const programs = missing.map(({ program }) => program).join(' and ');
  throw new Error(`test-aarch64: ${programs} not found; on Debian: apt-get install ${missing.map(({ debian }) => debian).join(' ')}`);
}

function run(program, ...options) {
  const { status, error } = spawnSync(program, options, { cwd: root, stdio: 'inherit', env: { ...process.env, WITH_CUDA: 'OFF' } });
  if (error) throw new Error(`${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

run('cmake', '-S', '.', '-B', build, `-DCMAKE_TOOLCHAIN_FILE=${join(root, 'native/tests/aarch64.cmake')}`);
run('cmake', '--build', build, '--parallel', '2', '--target', 'cuda_activations_tests');
run('qemu-aarch64', '-L', '/usr/aarch64-linux-gnu', join(build, 'Release/cuda_activations_tests'), ...process.argv.slice(2));
