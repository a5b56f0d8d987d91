// verify-gpu, which waits for a real GPU, runs to its end on the emulated one: programs, images that ship, result file.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root, withDriver } from './builds.mjs';
import { run, tail } from './report.mjs';

const script = join(root, 'scripts/cuda/verify-gpu.mjs');
const types = ['float32', 'float16', 'bfloat16'];

/** What is wrong with the result of an emulated run, or undefined. */
function fault(result, elements) {
  if (!result.emulated || result.device.name !== 'emulated GPU 0') return `not marked as emulated: ${JSON.stringify(result.device)}`;
  if (result.passed === 0 || result.failed > 0) return `${result.passed} passed, ${result.failed} failed`;
  const { pointwise, gated, perChannel, rowwise } = JSON.parse(readFileSync(join(root, 'activations.json'), 'utf8'));
  const names = ['copy', 'bias + gelu', ...[pointwise, gated, perChannel, rowwise].flatMap((family) => family.map(({ name }) => name))];
  const rows = names.flatMap((name) => types.flatMap((dtype) => (name === 'copy' ? ['forward'] : ['forward', 'backward']).map((way) => `${name} ${dtype} ${way}`)));
  // After a comma stands on what it was measured.
  const measured = new Set(result.bandwidth.map(({ op, dtype, direction }) => `${op.split(',')[0]} ${dtype} ${direction}`));
  const missing = rows.filter((row) => !measured.has(row));
  if (missing.length > 0) return `not measured: ${missing.join(', ')}`;
  const odd = result.bandwidth.find(({ size, gbPerSecond, ofCopy }) => size !== elements || !(gbPerSecond >= 0) || !(ofCopy >= 0));
  return odd && `an odd row: ${JSON.stringify(odd)}`;
}

export async function verify(report) {
  const folder = await build('plain', ['fake_cuda']);
  const place = mkdtempSync(join(tmpdir(), 'verify-gpu-'));
  const json = join(place, 'gpu.json');
  try {
    const ended = await run(process.execPath, [script, '--elements=1024', '--filter=heads', `--json=${json}`], withDriver(folder));
    report.record('verify-gpu on the emulated GPU', ended.ok ? fault(JSON.parse(readFileSync(json, 'utf8')), 1024) : `ended with ${ended.ended}\n${tail(ended.text)}`);
    const without = await run(process.execPath, [script, `--json=${json}`], withDriver(folder, { LD_LIBRARY_PATH: '' }));
    const told = without.ended === 1 && /no NVIDIA driver.*\nThere is no GPU to verify\./s.test(without.text) && !existsSync(json);
    report.record('verify-gpu without a driver', told ? undefined : `ended with ${without.ended}, a result file: ${existsSync(json)}\n${tail(without.text)}`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
