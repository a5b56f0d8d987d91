import * as path from 'node:path';

/** Root of this package: sources and build output lie one folder below it alike. */
export const packageRoot = path.resolve(__dirname, '../..');

const release = path.join(packageRoot, 'build/Release');

/** The addon behind the typed-array functions; `CUDA_ACTIVATIONS_ADDON` names another. */
export function addonPath(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['CUDA_ACTIVATIONS_ADDON'] ?? path.join(release, 'cuda_activations.node');
}

/** TensorFlow's op library; `CUDA_ACTIVATIONS_OP_LIBRARY` names another. */
export function opLibraryPath(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['CUDA_ACTIVATIONS_OP_LIBRARY'] ?? path.join(release, 'libcuda_activations_ops.so');
}

/** How to get either file. */
export const buildHint = 'Build it with "npx nx run cuda-activations:build-native" (needs a C++17 compiler and cmake >= 3.20)';
