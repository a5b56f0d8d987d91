import { binding } from './binding/binding';
import { nvidiaDriver } from './binding/load';
import { fetchCommand } from './binding/native-files';
import type { Device } from './binding/native-binding';
import { gpuProblem, type NvidiaDriver } from './binding/nvidia-driver';
import { DEVICE_VARIABLE, deviceChoice } from './fetch/device';

/** The devices that TensorFlow sees. Ops run on the first GPU, else on the CPU. */
export function devices(): Device[] {
  return binding.devices();
}

/** Whether an op has a kernel for a type of device, such as `GPU`. */
export function hasKernel(op: string, deviceType: string): boolean {
  return binding.hasKernel(op, deviceType);
}

/** The GPUs of this machine, and why TensorFlow does not use them. */
export interface GpuReport {
  readonly driver: NvidiaDriver;
  /** Whether TensorFlow lists a GPU: ops run there. */
  readonly inUse: boolean;
  /** Why it lists none; null where it does. */
  readonly problem: string | null;
}

/** Asks the NVIDIA driver and TensorFlow for GPUs. */
export function gpuReport(): GpuReport {
  const driver = nvidiaDriver();
  const inUse = devices().some(({ type }) => type === 'GPU');
  if (inUse) return { driver, inUse, problem: null };
  const reasons = [
    deviceChoice() === 'cpu' ? `${DEVICE_VARIABLE}=cpu` : undefined,
    gpuProblem(driver),
    hasKernel('MatMul', 'GPU') ? undefined : `TensorFlow is the build for the CPU; get the other with: ${fetchCommand} --device=gpu`,
  ];
  const problem = reasons.find((reason) => reason !== undefined) ?? 'TensorFlow did not take the GPU; TF_CPP_MIN_LOG_LEVEL=0 says why';
  return { driver, inUse, problem };
}

/** The version of the TensorFlow library in use, e.g. `2.21.0`. */
export function tensorflowVersion(): string {
  return binding.TF_Version;
}

/**
 * Loads a TensorFlow op library: a shared object that registers ops and kernels. Loading it again is allowed.
 * @returns the names of its ops.
 * @throws an Error with TensorFlow's message if the file is missing or does not load.
 */
export function loadOpLibrary(path: string): string[] {
  return binding.loadOpLibrary(path);
}
