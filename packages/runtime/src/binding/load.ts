import * as fs from 'node:fs';
import * as path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { deviceChoice } from '../fetch/device';
import { tensorFlowAtFirstUse } from '../fetch/first-use';
import type { ContextOptions, NativeBinding } from './native-binding';
import { fetchCommand, nativeFile, nativeHint } from './native-files';
import type { NvidiaDriver } from './nvidia-driver';
import { selectDevice } from './select-device';

interface Loader {
  setDefaultEnvironment(name: string, value: string): void;
  open(library: string): void;
  nvidiaDriver(): NvidiaDriver;
}

function requireAddon(name: string): unknown {
  const addon = nativeFile(name);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- An addon has no other loader.
    return require(addon) as unknown;
  } catch (error) {
    throw new Error(`${addon} does not load: ${message(error)}. ${nativeHint}`, { cause: error });
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A whole number from the environment, or undefined where the variable is unset or empty. */
function threadCount(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${name} must be a whole number of threads, at least 1, got "${text}"`);
  return count;
}

function contextOptions(): ContextOptions {
  const intraOpThreads = threadCount('CUDA_ACTIVATIONS_THREADS');
  const interOpThreads = threadCount('CUDA_ACTIVATIONS_INTER_OP_THREADS');
  return {
    ...(intraOpThreads === undefined ? {} : { intraOpThreads }),
    ...(interOpThreads === undefined ? {} : { interOpThreads }),
    memoryGrowth: process.env['TF_FORCE_GPU_ALLOW_GROWTH'] !== 'false',
  };
}

/** The NVIDIA driver, started where there is one. */
export function nvidiaDriver(): NvidiaDriver {
  return (requireAddon('tensorflow_loader.node') as Loader).nvidiaDriver();
}

/** The wheel of TensorFlow 2.21 looks for each library of CUDA beside itself but for this one, and takes no GPU where it does not find it. */
function openSolver(loader: Loader, directory: string): void {
  const library = path.join(directory, '../nvidia/cusolver/lib/libcusolver.so.11');
  if (fs.existsSync(library)) loader.open(library);
}

/**
 * Loads TensorFlow and the binding into this environment (the main thread, or a worker).
 *
 * Environment variables: `CUDA_ACTIVATIONS_THREADS` and `CUDA_ACTIVATIONS_INTER_OP_THREADS` (threads inside an op, and ops at a time; default: one per core;
 * per process, the first context decides), `CUDA_ACTIVATIONS_DEVICE` (`auto`, `cpu`, `gpu`: see `selectDevice`), `TF_CPP_MIN_LOG_LEVEL` (default 2: errors only).
 */
export function loadBinding(): NativeBinding {
  const loader = requireAddon('tensorflow_loader.node') as Loader;
  loader.setDefaultEnvironment('TF_CPP_MIN_LOG_LEVEL', '2');
  const choice = deviceChoice();
  const { directory, libraries } = tensorFlowAtFirstUse();
  for (const library of libraries) {
    try {
      loader.open(library);
    } catch (error) {
      throw new Error(
        `TensorFlow in ${directory} does not load: ${message(error)}. Remove that folder and run: ${fetchCommand}`,
        { cause: error },
      );
    }
  }
  const binding = requireAddon('runtime.node') as NativeBinding;
  selectDevice({
    choice,
    binding,
    options: contextOptions(),
    driver: () => loader.nvidiaDriver(),
    openCuda: () => { openSolver(loader, directory); },
    directory,
    // A worker's warning would be the main thread's again.
    warn: (text) => {
      if (isMainThread) console.warn(text);
    },
  });
  return binding;
}
