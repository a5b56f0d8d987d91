import * as fs from 'node:fs';
import { opLibraryPath, wayOut } from '../native/paths';
import { tfjs } from '../tensorflow/tfjs';

let loaded: readonly string[] | undefined;

/**
 * Loads the op library into TensorFlow, once per environment.
 * @returns names of the ops it registers
 * @throws an Error with the path, the reason and the way out
 */
export function loadOpLibrary(): readonly string[] {
  if (loaded) return loaded;
  const file = opLibraryPath();
  if (!fs.existsSync(file)) throw new Error(`The op library ${file} is missing. ${wayOut()}, or name one in CUDA_ACTIVATIONS_OP_LIBRARY.`);
  try {
    loaded = tfjs.loadOpLibrary(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`TensorFlow ${tfjs.tensorflowVersion()} cannot load the op library ${file}: ${reason}. It must be built against the same TensorFlow. ${wayOut()}.`, {
      cause: error,
    });
  }
  return loaded;
}
