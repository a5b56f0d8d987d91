import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Artefact, artefactFor, artefacts } from './artefacts';
import { artefactFolder, COMPLETE, type Environment } from './cache';

/** Where TensorFlow shall run: `gpu` is an error where none works, `auto` takes the CPU then. */
export type DeviceChoice = 'auto' | 'cpu' | 'gpu';

export const DEVICE_VARIABLE = 'CUDA_ACTIVATIONS_DEVICE';
const choices: readonly DeviceChoice[] = ['auto', 'cpu', 'gpu'];

/** @throws an Error that lists the choices; `what` names where the value comes from. */
export function parseDevice(value: string | undefined, what: string): DeviceChoice {
  if (value === undefined || value === '') return 'auto';
  const choice = choices.find((name) => name === value);
  if (choice === undefined) throw new Error(`${what}: expected one of ${choices.join(', ')}, got "${value}"`);
  return choice;
}

/** The choice of the environment variable CUDA_ACTIVATIONS_DEVICE; `auto` where it is unset. */
export function deviceChoice(environment: Environment = process.env): DeviceChoice {
  return parseDevice(environment[DEVICE_VARIABLE], DEVICE_VARIABLE);
}

/** Files that a machine with an NVIDIA driver has: of its kernel module, or of Windows' subsystem for Linux. */
const DRIVER_FILES = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/dev/dxg'];

/**
 * Which build of TensorFlow is meant. `auto` takes the GPU build only where it has been fetched (3.4 GB are not downloaded unasked) and the
 * machine has a driver, for it is slower to load.
 */
export function chosenArtefact(
  environment: Environment = process.env,
  choice: DeviceChoice = deviceChoice(environment),
  hasDriver: () => boolean = () => DRIVER_FILES.some((file) => fs.existsSync(file)),
): Artefact {
  if (choice === 'gpu') return artefactFor(process.platform, process.arch, 'gpu');
  const gpu = artefacts[`gpu-${process.platform}-${process.arch}`];
  const isThere = gpu !== undefined && fs.existsSync(path.join(artefactFolder(gpu, environment), COMPLETE));
  return choice === 'auto' && isThere && hasDriver() ? gpu : artefactFor();
}
