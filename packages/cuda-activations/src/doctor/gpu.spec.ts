import type { GpuReport } from '@cuda-activations/runtime';
import { gpuDetails, gpuLines } from './gpu';

const hopper = { name: 'H100', capability: 9, memoryBytes: 80 * 2 ** 30 };
const inUse: GpuReport = { driver: { problem: '', found: true, version: 12_050, gpus: [hopper] }, inUse: true, problem: null };
const none: GpuReport = { driver: { problem: 'libcuda.so.1: no such file', found: false, version: 0, gpus: [] }, inUse: false, problem: 'there is no NVIDIA driver' };

test('a GPU in use is told with its capability and memory', () => {
  expect(gpuLines(gpuDetails(inUse, true))).toEqual(['H100, compute capability 9.0, 80.0 GiB', 'in use']);
});

test('every reason against a GPU is told', () => {
  expect(gpuLines(gpuDetails(none, true))).toEqual(['not in use: there is no NVIDIA driver']);
  expect(gpuDetails(none, false).problems).toEqual([expect.stringContaining('built without CUDA kernels'), 'there is no NVIDIA driver']);
});

test('a GPU that TensorFlow uses but the op library cannot is told', () => {
  expect(gpuLines(gpuDetails(inUse, false))[1]).toMatch(/^TensorFlow runs on the GPU, fused activations on the CPU: the op library is built without CUDA kernels .*WITH_CUDA=ON/);
});
