// The static gate: over the kernels that ship, and over machine code with known faults, which it must see.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { faultsOf } from '../static-gate.mjs';
import { readKernels } from '../machine-code.mjs';
import { locateCuobjdump, locateNvrtc } from '../toolchain.mjs';
import { root } from './builds.mjs';
import { run, tail } from './report.mjs';

const kernel = (name, parameters, body) => `extern "C" __global__ void ${name}(${parameters}) {\n  const int first = blockIdx.x * 256 + threadIdx.x, step = gridDim.x * 256;\n  ${body}\n}\n`;
const loop = (body) => `\n#pragma unroll 1\n  for (int i = first; i < n; i += step) { ${body} }`;

/** Kernels of float32 as the gate knows them by name, and what it has to find; no fault where that is undefined. */
const cases = [
  ['pointwise_forward_Sound_Float32', 'const float4* x, float4* y, int n', loop('float4 v = x[i]; v.x *= v.y; y[i] = v;'), undefined],
  ['pointwise_forward_Stack_Float32', 'const float4* x, float4* y, int n', `float kept[64]; for (int k = 0; k < 64; ++k) kept[(k * n) & 63] = n * k; ${loop('float4 v = x[i]; v.x = kept[(int)v.y & 63]; y[i] = v;')}`, /bytes of stack/],
  ['pointwise_forward_ScalarStore_Float32', 'const float4* x, float4* y, int n', loop('float4 v = x[i]; y[i] = v; ((float*)y)[n + i] = v.x;'), /has 1 scalar stores/],
  ['pointwise_forward_ScalarLoad_Float32', 'const float4* x, const float* z, float4* y, int n', loop('float4 v = x[i]; v.x *= z[i]; y[i] = v;'), /has 1 scalar loads/],
  ['pointwise_forward_OnlyScalarLoads_Float32', 'const float* x, float4* y, int n', loop('y[i] = make_float4(x[i], x[i + n], x[i + 2 * n], x[i + 3 * n]);'), /no 16-byte load/],
  ['pointwise_forward_Halves_Float32', 'const float2* x, float2* y, int n', loop('float2 v = x[i]; v.x *= v.y; y[i] = v;'), /no 16-byte store/],
  ['pointwise_forward_NoVector_Float32', 'const float* x, float* y, int n', loop('y[i] = x[i] + 1;'), /no loop stores vectors/],
  ['pointwise_forward_Long_Float32', 'const float4* x, float4* y, int n', loop(`float4 v = x[i]; ${'v.x = v.x * v.y + v.z; v.y = v.y * v.w + v.x; v.z = v.z * v.x - v.y; v.w = v.w * v.z - v.x; '.repeat(60)} y[i] = v;`), /instructions per element, at most 52/],
  ['pointwise_forward_Registers_Float32', 'const float4* x, float4* y, int n', loop(`float4 v[16]; ${Array.from({ length: 16 }, (_, k) => `v[${k}] = x[i + ${k} * n];`).join(' ')} ${Array.from({ length: 16 }, (_, k) => `y[i + ${15 - k} * n] = v[${k}];`).join(' ')}`), /registers, at most 40/],
];

async function compile(place) {
  const nvrtc = await locateNvrtc();
  const source = join(place, 'faulty.cu');
  writeFileSync(source, cases.map(([name, parameters, body]) => kernel(name, parameters, body)).join(''));
  const compiler = join(root, 'build/cuda/compile_device');
  const { ok, text } = await run(compiler, [nvrtc, source, join(place, 'faulty'), 'sm_90'], { env: { ...process.env, LD_LIBRARY_PATH: dirname(nvrtc) } });
  if (!ok) throw new Error(text);
  return readKernels(await locateCuobjdump(), join(place, 'faulty.sm_90.cubin'));
}

async function seeded(report) {
  const place = mkdtempSync(join(tmpdir(), 'static-gate-'));
  try {
    const found = new Map((await compile(place)).map((read) => [read.name, faultsOf(read, 'Float32').join('; ')]));
    for (const [name, , , expected] of cases) {
      const faults = found.get(name);
      const seen = expected === undefined ? faults === '' : expected.test(faults ?? '');
      report.record(`static gate: ${name}`, seen ? undefined : `expected ${expected ?? 'no fault'}, got ${JSON.stringify(faults)}`);
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

export async function gate(report) {
  const { ok, text } = await run(process.execPath, [join(root, 'scripts/cuda/static-gate.mjs'), `--json=${join(root, 'build/cuda-kernels.json')}`]);
  process.stdout.write(text);
  report.record('machine code: registers, spills, vector accesses, instructions per element', ok ? undefined : tail(text));
  await seeded(report);
}
