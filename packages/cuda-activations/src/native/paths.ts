import * as fs from 'node:fs';
import * as path from 'node:path';

/** Root of this package: sources and build output lie one folder below it alike. */
export const packageRoot = path.resolve(__dirname, '../..');

/** A checkout has the native sources and builds them; an installed package takes what was built for its platform from a package of its own. */
const isCheckout = fs.existsSync(path.join(packageRoot, 'native'));

const platform = `${process.platform}-${process.arch}`;
const platformPackage = `@cuda-activations/native-${platform}`;

function nativeFile(name: string): string {
  if (isCheckout) return path.join(packageRoot, 'build/Release', name);
  try {
    return require.resolve(`${platformPackage}/${name}`);
  } catch {
    // Where it would be, for the message.
    return path.join(platformPackage, name);
  }
}

/** The addon behind the typed-array functions; `CUDA_ACTIVATIONS_ADDON` names another. */
export function addonPath(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['CUDA_ACTIVATIONS_ADDON'] ?? nativeFile('cuda_activations.node');
}

/** TensorFlow's op library; `CUDA_ACTIVATIONS_OP_LIBRARY` names another. */
export function opLibraryPath(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['CUDA_ACTIVATIONS_OP_LIBRARY'] ?? nativeFile('libcuda_activations_ops.so');
}

const inCheckout = '"npx nx run cuda-activations:build-native" (needs a C++17 compiler and cmake >= 3.19)';

/** Whether the C library is not glibc, which the packages for Linux need. */
function hasOtherLibc(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

/** How to get either file here. */
export function wayOut(): string {
  if (isCheckout) return `Build it with ${inCheckout}`;
  const { optionalDependencies = {}, version } = JSON.parse(fs.readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
    optionalDependencies?: Record<string, string>;
    version: string;
  };
  const byHand = `Build it in a checkout of the project with ${inCheckout}, for this platform and version ${version}`;
  if (!(platformPackage in optionalDependencies)) {
    const known = Object.keys(optionalDependencies).map((name) => name.replace('@cuda-activations/native-', ''));
    return `Nothing is built for ${platform}; there is ${known.join(', ')}. ${byHand}`;
  }
  if (hasOtherLibc()) return `What is built for ${platform} needs glibc, which this system does not have. ${byHand}`;
  return (
    `It is part of the optional package ${platformPackage}, which npm leaves out with --omit=optional, and where node_modules or the lock file come from another platform. ` +
    `Install it with "npm install ${platformPackage}@${version}", or: ${byHand}`
  );
}
