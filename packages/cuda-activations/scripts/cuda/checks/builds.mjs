// Builds of the emulation: the kernel sources as C++, below the launcher that ships.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must, run } from './report.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
export const buildsFolder = join(root, 'build/cuda-tests');

const few = '-DFEW_ACTIVATIONS=ON';
const options = {
  plain: [],
  few: [few],
  address: ['-DSANITIZER=address,undefined', few],
  thread: ['-DSANITIZER=thread', few],
};

let last = Promise.resolve();

/**
 * Builds targets of one of the variants plain, few (three activations), address and thread (the same, sanitised). One build at a time: each
 * takes all processors. @returns the folder
 */
export function build(variant, targets, more = []) {
  const work = async () => {
    const folder = join(buildsFolder, variant);
    for (const step of [
      ['-S', join(root, 'native/emulation'), '-B', folder, ...options[variant], ...more],
      ['--build', folder, '-j', String(availableParallelism()), ...targets.flatMap((target) => ['--target', target])],
    ]) await must('cmake', step);
    return folder;
  };
  const built = last.then(work);
  last = built.catch(() => undefined);
  return built;
}

/** The environment in which a program of a build finds the emulated driver. */
export const withDriver = (folder, extra = {}) => ({ env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'driver'), ...extra } });

/** The op library that ships, or the one that CUDA_ACTIVATIONS_OPS names. */
export function opLibrary() {
  const library = process.env.CUDA_ACTIVATIONS_OPS ?? join(root, 'build/Release/libcuda_activations_ops.so');
  if (!existsSync(library)) throw new Error(`${library} is missing: run the target build-native`);
  return library;
}

/** The folder of TensorFlow's CPU build. */
export async function tensorflowFolder() {
  const { ok, text } = await run(process.execPath, [join(root, '../runtime/dist/fetch/cli.js'), '--locate', '--device=cpu', '--print=directory']);
  if (!ok) throw new Error(text);
  return text.trim();
}
