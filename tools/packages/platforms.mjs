// The platforms that prebuilt native files are published for, each as an optional package of its own.

/** Every file that may be built, by the package folder whose build makes it. */
const addon = ['cuda-activations', 'cuda_activations.node'];
const opLibrary = ['cuda-activations', 'libcuda_activations_ops.so'];
const binding = [['runtime', 'runtime.node'], ['runtime', 'tensorflow_loader.node']];

/** TensorFlow 2.21 has no wheel for macOS on arm64 that holds its C++ library: typed arrays alone work there. */
export const platforms = {
  'linux-x64': { os: ['linux'], cpu: ['x64'], libc: ['glibc'], files: [addon, opLibrary, ...binding] },
  'linux-arm64': { os: ['linux'], cpu: ['arm64'], libc: ['glibc'], files: [addon, opLibrary, ...binding] },
  'darwin-arm64': { os: ['darwin'], cpu: ['arm64'], files: [addon] },
};

export const here = `${process.platform}-${process.arch}`;
export const platformPackage = (platform) => `@cuda-activations/native-${platform}`;
