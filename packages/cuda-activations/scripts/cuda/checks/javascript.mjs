// A program in JavaScript on an emulated GPU:0: the runtime, TensorFlow, the op library that ships, its launcher and a driver that is not one.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, opLibrary, root, tensorflowFolder, withDriver } from './builds.mjs';
import { run, tail } from './report.mjs';

const program = join(root, 'scripts/cuda/checks/gpu-step.cjs');

/** Of every family a kernel and its gradient's, in the eager calls or in the recorded steps; APL holds four of its segments or none. */
const launched = [
  'pointwise_forward_Gelu_Float32',
  'pointwise_backward_Gelu_Float32',
  'bias_forward_Elu_Float32',
  'bias_from_output_Elu_Float32',
  'gated_forward_Swiglu_Float32',
  'gated_backward_Swiglu_Float32',
  'rowwise_forward_Softmax_Float32',
  'rowwise_backward_Softmax_Float32',
  'prelu_forward_Float32',
  'prelu_backward_Float32',
  'apl_forward_columns_4_Float32',
  'apl_backward_columns_4_Float32',
  'apl_biased_forward_columns_4_Float32',
  'apl_biased_backward_columns_4_Float32',
];

/** An operand that is not as near to the CPU's as float32 allows, or undefined. */
function difference(gpu, cpu) {
  for (const [family, tensors] of Object.entries(cpu)) {
    if (family === 'devices') continue;
    for (const [t, expected] of tensors.entries()) {
      const got = gpu[family]?.[t] ?? [];
      const at = expected.findIndex((value, i) => !(Math.abs(got[i] - value) <= 1e-4 * (1 + Math.abs(value))));
      if (at >= 0) return `${family}, tensor ${t}, element ${at}: ${got[at]} on the GPU, ${expected[at]} on the CPU`;
    }
  }
  return undefined;
}

const faults = [
  ['a launch that fails', 'cuLaunchKernel:719', /launching pointwise_forward_Gelu_Float32: CUDA_ERROR_LAUNCH_FAILED/],
  ['memory that is exhausted', 'cuModuleLoadData:2', /loading the CUDA module pointwise_forward\.Float32 .*CUDA_ERROR_OUT_OF_MEMORY/],
  ['machine code that the driver refuses', 'cuModuleLoadData:209', /loading the CUDA module pointwise_forward\.Float32 .*CUDA_ERROR_NO_BINARY_FOR_GPU/],
];

export async function javascript(report) {
  const library = opLibrary();
  const directory = await tensorflowFolder();
  const folder = await build('plain', ['fake_gpu', 'preload_gpu', 'fake_cuda'], [`-DTENSORFLOW_DIR=${directory}`]);
  const place = mkdtempSync(join(tmpdir(), 'javascript-'));
  const common = { TENSORFLOW_DIR: directory, CUDA_ACTIVATIONS_OP_LIBRARY: library, CUDA_ACTIVATIONS_DEVICE: '' };
  const onGpu = (extra) =>
    run(process.execPath, [program], withDriver(folder, { ...common, LD_PRELOAD: join(folder, 'libpreload_gpu.so'), FAKE_GPU: join(folder, 'libfake_gpu.so'), FAKE_CUDA_EAGER: '1', ...extra }));
  try {
    const log = join(place, 'launches');
    const [gpu, cpu] = [await onGpu({ FAKE_CUDA_LAUNCHES: log }), await run(process.execPath, [program], { env: { ...process.env, ...common } })];
    const failed = [gpu, cpu].find(({ ok }) => !ok);
    if (failed) throw new Error(tail(failed.text));
    const [results, expected] = [gpu, cpu].map(({ text }) => JSON.parse(text));
    const names = existsSync(log) ? new Set(readFileSync(log, 'utf8').split('\n')) : new Set();
    const missing = launched.filter((name) => !names.has(name));
    report.record('JavaScript: TensorFlow sees GPU:0, and no GPU without it', results.devices.includes('GPU') && !expected.devices.includes('GPU') ? undefined : JSON.stringify([results.devices, expected.devices]));
    report.record('JavaScript: every family and recorded training steps launch their kernels', missing.length > 0 ? `not launched: ${missing.join(', ')}\nlaunched: ${[...names].join(' ')}` : undefined);
    report.record('JavaScript: values, gradients, losses and weights are those of the CPU', results.error ?? expected.error ?? difference(results, expected));
    for (const [name, fault, message] of faults) {
      const { ok, text } = await onGpu({ FAKE_CUDA_FAULT: fault });
      const { error, afterwards } = ok ? JSON.parse(text) : {};
      report.record(`JavaScript: ${name} is an error that can be caught`, message.test(error ?? '') && afterwards?.length === 1 ? undefined : `expected ${message}, got:\n${tail(text)}`);
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
