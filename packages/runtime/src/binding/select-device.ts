import { DEVICE_VARIABLE, type DeviceChoice } from '../fetch/device';
import type { ContextOptions, NativeBinding } from './native-binding';
import { fetchCommand } from './native-files';
import { gpuProblem, type NvidiaDriver, usableGpus } from './nvidia-driver';

/** What the choice of a device depends on. */
export interface DeviceSelection {
  readonly choice: DeviceChoice;
  readonly binding: Pick<NativeBinding, 'configure' | 'devices' | 'hasKernel'>;
  readonly options: ContextOptions;
  /** Asked only where TensorFlow has kernels for GPUs: it starts the driver. */
  readonly driver: () => NvidiaDriver;
  /** Called before TensorFlow looks for GPUs: opens the libraries that it would not find. */
  readonly openCuda: () => void;
  readonly directory: string;
  readonly warn: (message: string) => void;
}

/**
 * Configures TensorFlow for the GPU or the CPU. Where the GPU build finds no GPU it can use, one warning says why and the CPU is taken.
 * @throws an Error with the same reason where a GPU was demanded.
 */
export function selectDevice({ choice, binding, options, driver, openCuda, directory, warn }: DeviceSelection): void {
  const onCpu = { ...options, useGpus: false };
  if (choice === 'cpu') {
    binding.configure(onCpu);
    return;
  }
  const isGpuBuild = binding.hasKernel('MatMul', 'GPU');
  if (choice === 'auto' && !isGpuBuild) {
    binding.configure(options);
    return;
  }
  const outcome: Outcome = isGpuBuild
    ? useGpus(binding, options, driver(), openCuda)
    : { problem: `TensorFlow in ${directory} is a build for the CPU. Unset TENSORFLOW_DIR and run: ${fetchCommand} --device=gpu`, started: false };
  const { problem, started } = outcome;
  if (problem === undefined) return;
  if (choice === 'gpu') throw new Error(`${DEVICE_VARIABLE}=gpu, but ${problem}`);
  if (!started) binding.configure(onCpu);
  warn(`TensorFlow runs on the CPU: ${problem}. ${DEVICE_VARIABLE}=cpu does so without this message.`);
}

/** Why no GPU is in use, and whether TensorFlow has started without one. */
interface Outcome {
  readonly problem?: string;
  readonly started: boolean;
}

/** Starts TensorFlow on the GPUs that can be used. */
function useGpus(binding: DeviceSelection['binding'], options: ContextOptions, driver: NvidiaDriver, openCuda: () => void): Outcome {
  const problem = gpuProblem(driver);
  if (problem !== undefined) return { problem, started: false };
  const usable = usableGpus(driver);
  const names = usable.map((number) => driver.gpus[number]?.name ?? '').join(', ');
  const some = usable.length < driver.gpus.length;
  try {
    openCuda();
    binding.configure({ ...options, ...(some ? { visibleGpus: usable.join(',') } : {}) });
    if (binding.devices().some(({ type }) => type === 'GPU')) return { started: true };
    return { problem: `TensorFlow does not take the GPU (${names}): a library of CUDA may be missing, or memory; TF_CPP_MIN_LOG_LEVEL=0 says more`, started: true };
  } catch (error) {
    return { problem: `TensorFlow does not start on the GPU (${names}): ${error instanceof Error ? error.message : String(error)}`, started: false };
  }
}
