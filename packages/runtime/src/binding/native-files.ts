import * as fs from 'node:fs';
import * as path from 'node:path';

/** The same from `src/binding` and `dist/binding`. */
const packageRoot = path.resolve(__dirname, '../..');

/** A checkout has the native sources and builds them; an installed package takes what was built for its platform from a package of its own. */
export const isCheckout = fs.existsSync(path.join(packageRoot, 'native'));

const platformPackage = `@cuda-activations/native-${process.platform}-${process.arch}`;

/** How to get TensorFlow into the cache. */
export const fetchCommand = isCheckout ? 'npx nx run runtime:fetch-tensorflow' : 'npx fetch-tensorflow';

/** How to get the native part. */
export const nativeHint = isCheckout
  ? 'Build it with: npx nx run runtime:build-native'
  : `It is part of the optional package ${platformPackage}, which npm leaves out with --omit=optional, where node_modules or the lock file come from another platform, and where ` +
    'nothing is built for this one: install that package, or build the runtime in a checkout of the project and import it from there';

/**
 * The path of an addon.
 * @throws an Error with the way out where it is missing.
 */
export function nativeFile(name: string): string {
  if (isCheckout) {
    const file = path.join(packageRoot, 'build/Release', name);
    if (fs.existsSync(file)) return file;
    throw new Error(`the runtime's native part has not been built (${file} is missing). ${nativeHint}`);
  }
  try {
    return require.resolve(`${platformPackage}/${name}`);
  } catch (error) {
    throw new Error(`the runtime's native part, ${platformPackage}/${name}, is missing. ${nativeHint}`, { cause: error });
  }
}
