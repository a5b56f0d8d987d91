// What the doctor says of a GPU under a driver that is missing, unfit, or at fault.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, root, tensorflowFolder, withDriver } from './builds.mjs';
import { forEach, run } from './report.mjs';

const cases = [
  ['no driver', { LD_LIBRARY_PATH: '' }, /^there is no NVIDIA driver \(libcuda\.so\.1: /],
  ['a driver that shows no GPU', { FAKE_CUDA_DEVICES: '' }, /^the NVIDIA driver shows no GPU \(is CUDA_VISIBLE_DEVICES set\?\)$/],
  ['a broken driver', { FAKE_CUDA_FAULT: 'cuInit:999' }, /^the NVIDIA driver does not work \(cuInit: /],
  ['a driver whose GPU does not answer', { FAKE_CUDA_FAULT: 'cuDeviceGetName:101' }, /^the NVIDIA driver does not work \(cuDeviceGetName: /],
  ['an old driver', { FAKE_CUDA_VERSION: '11080' }, /^the NVIDIA driver is too old: it runs CUDA 11\.8, 12\.0 is needed/],
  ['too old a GPU', { FAKE_CUDA_DEVICES: '7.5' }, /^no GPU has compute capability 8\.0 or newer \(found: emulated GPU 0 with 7\.5\)$/],
  ['a GPU that the CPU build cannot use', { FAKE_CUDA_DEVICES: '7.5,9.0' }, /^TensorFlow is the build for the CPU; get the other with: /],
  ['a choice of the CPU', { CUDA_ACTIVATIONS_DEVICE: 'cpu' }, /^CUDA_ACTIVATIONS_DEVICE=cpu$/],
];

/** Why the doctor's answer is not the expected one, or undefined. */
function fault({ ok, ended, text }, expected) {
  if (!ok) return `ended with ${ended}: no GPU is no fault\n${text}`;
  const { gpu } = JSON.parse(text);
  const kernels = existsSync(join(root, 'build/cuda/COMPLETE'));
  if (!gpu?.ok || gpu.details.inUse || gpu.details.kernels !== kernels) return `expected a GPU that is not in use, and kernels: ${kernels}; got ${JSON.stringify(gpu)}`;
  // The first problem of a build without kernels is that.
  const problems = kernels ? gpu.details.problems : gpu.details.problems.slice(1);
  return problems.length === 1 && expected.test(problems[0]) ? undefined : `expected ${expected}, got ${JSON.stringify(gpu.details.problems)}`;
}

export async function doctor(report) {
  const folder = await build('plain', ['fake_cuda']);
  const directory = await tensorflowFolder();
  await forEach(cases, async ([name, environment, expected]) => {
    const shared = { CUDA_ACTIVATIONS_DEVICE: '', TENSORFLOW_DIR: directory };
    const ended = await run(process.execPath, [join(root, 'dist/doctor/main.js'), '--json'], withDriver(folder, { ...shared, ...environment }));
    report.record(`doctor: ${name}`, fault(ended, expected));
  });
}
