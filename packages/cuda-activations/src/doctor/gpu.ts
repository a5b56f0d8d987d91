import type { GpuReport, NvidiaDriver } from '@cuda-activations/runtime';

/** What is known of GPUs. */
export interface GpuDetails {
  /** Whether TensorFlow runs on a GPU. */
  readonly inUse: boolean;
  /** Whether the op library carries CUDA kernels. */
  readonly kernels: boolean;
  readonly driver: NvidiaDriver;
  /** All that keeps the fused kernels off a GPU; empty where they run on one. */
  readonly problems: readonly string[];
}

/** Joins what the runtime and the op library know. */
export function gpuDetails({ driver, inUse, problem }: GpuReport, kernels: boolean): GpuDetails {
  const notBuilt =
    'the op library is built without CUDA kernels (WITH_CUDA=OFF, or no compiler was at hand): build them with "WITH_CUDA=ON npx nx run cuda-activations:build-native"';
  return { inUse, kernels, driver, problems: [...(kernels ? [] : [notBuilt]), ...(problem === null ? [] : [problem])] };
}

/** The lines of the report. */
export function gpuLines({ inUse, driver, problems }: GpuDetails): string[] {
  const found = driver.gpus.map(({ name, capability, memoryBytes }) => `${name}, compute capability ${capability.toFixed(1)}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`);
  const outcome = inUse ? 'TensorFlow runs on the GPU, fused activations on the CPU' : 'not in use';
  return [...found, ...(problems.length === 0 ? ['in use'] : problems.map((problem) => `${outcome}: ${problem}`))];
}
