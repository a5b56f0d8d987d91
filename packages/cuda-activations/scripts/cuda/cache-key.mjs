// For nx: what its cache has to know of CUDA, in one line. Where it cannot be known, or a build has no kernels for want of a compiler, the line
// never comes again: with a network, the next build may have them.
//   node scripts/cuda/cache-key.mjs compiler|kernels
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const keys = {
  compiler: async () => (await import('./toolchain.mjs')).certainNvrtc(),
  kernels: () => (existsSync(join(dirname(fileURLToPath(import.meta.url)), '../../build/cuda/COMPLETE')) ? 'kernels' : undefined),
};

async function key(of) {
  if (process.env.WITH_CUDA === 'OFF') return 'OFF';
  try {
    return (await keys[of]()) ?? randomUUID();
  } catch {
    return randomUUID(); // the runtime is not built yet
  }
}

const [of] = process.argv.slice(2);
if (!(of in keys)) throw new Error(`expected one of ${Object.keys(keys).join(', ')}, got ${of}`);
process.stdout.write(`${await key(of)}\n`);
