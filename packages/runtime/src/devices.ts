import { binding } from './binding/binding';
import type { Device } from './binding/native-binding';

/** The devices that TensorFlow sees. Ops run on the first GPU, else on the CPU. */
export function devices(): Device[] {
  return binding.devices();
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
