// The kernel tests on the machine's own GPU, then bandwidth against the copy kernel:
//   node scripts/cuda/verify-gpu.mjs [--elements=67108864] [--filter=TESTS] [--json=FILE]
// --filter: only tests whose name holds it. On the emulated GPU of the tests the result says so: its times mean nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: { elements: { type: 'string', default: String(2 ** 26) }, filter: { type: 'string', default: '' }, json: { type: 'string', default: join(root, 'test-results/gpu.json') } },
});

/** Name, driver and memory of the GPUs, or why nvidia-smi does not tell. */
function hardware() {
  try {
    return execFileSync('nvidia-smi', ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'], { encoding: 'utf8' }).trim().split('\n');
  } catch (error) {
    return [`nvidia-smi: ${error.message}`];
  }
}

function run(program, options) {
  const { status, stdout, stderr, error } = spawnSync(program, options, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return { ok: status === 0, stdout };
}

async function main() {
  // A result of an earlier run must not stand for one that ends early.
  rmSync(values.json, { force: true });
  const images = join(root, 'build/cuda');
  await build('ON', images);
  const folder = join(root, 'build/cuda-gpu');
  for (const step of [
    ['-S', join(root, 'native/emulation'), '-B', folder, `-DIMAGES=${images}`],
    ['--build', folder, '-j', String(availableParallelism()), '--target', 'cuda_tests', '--target', 'cuda_bandwidth'],
  ]) {
    execFileSync('cmake', step, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  // The machine's own libcuda.so.1: nothing here puts the emulated one on the path.
  const named = run(join(folder, 'cuda_bandwidth'), ['--device']);
  if (!named.ok) throw new Error('There is no GPU to verify.');
  const device = JSON.parse(named.stdout);
  const emulated = device.name.startsWith('emulated GPU');
  const tests = run(join(folder, 'cuda_tests'), [values.filter]);
  const bandwidth = tests.ok ? run(join(folder, 'cuda_bandwidth'), [values.elements]) : { ok: false, stdout: '' };
  const rows = bandwidth.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const [passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed/m.exec(tests.stdout)?.slice(1).map(Number) ?? [];
  mkdirSync(dirname(values.json), { recursive: true });
  const result = { emulated, device, hardware: hardware(), filter: values.filter, passed, failed, tests: tests.stdout.split('\n'), bandwidth: rows };
  writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
  process.stdout.write(`${emulated ? 'EMULATED, no GPU was used. ' : ''}Written to ${values.json}\n`);
  if (!tests.ok || !bandwidth.ok) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
