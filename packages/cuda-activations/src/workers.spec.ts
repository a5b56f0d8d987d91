import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const packageRoot = path.join(__dirname, '..');
const built = fs.existsSync(path.join(packageRoot, 'dist/index.js'));
const whenBuilt = built ? test : test.skip; // needs dist, which nx builds before it tests

/** Runs a script on the built packages in a process of its own. @returns what it prints, as JSON */
function run(script: string, environment: NodeJS.ProcessEnv = {}): unknown {
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: packageRoot, env: { ...process.env, ...environment }, encoding: 'utf8' })) as unknown;
}

/** A worker's program: trains a net with fused layers in compiled steps; its losses depend on its seed and nothing else. */
const training = (seed: number): string => `
  const { parentPort } = require('node:worker_threads');
  const tf = require('@cuda-activations/runtime');
  const { layers } = require('./dist');
  const kernel = (seed) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const model = tf.sequential({ layers: [
    tf.layers.dense({ units: 16, useBias: false, inputShape: [4], ...kernel(${String(seed)}) }), layers.fusedBiasActivation({ activation: 'gelu', dropoutRate: 0.2, seed: ${String(seed)} }),
    layers.apl({ seed: ${String(seed)} }), tf.layers.dense({ units: 1, ...kernel(${String(seed + 1)}) }) ] });
  const optimizer = tf.optimizers.adam(0.01);
  const x = tf.randomNormal([64, 4], 0, 1, 'float32', ${String(seed)});
  const y = tf.sum(x, 1, true);
  const step = tf.compile(() => optimizer.minimize(() => tf.losses.meanSquaredError(y, model.apply(x, { training: true })), true));
  const next = () => { const loss = step(); const [value] = loss.dataSync(); loss.dispose(); return value; };`;

/** Starts workers and prints what they post, in their order. */
const together = (programs: readonly string[]): string => `
  const { Worker } = require('node:worker_threads');
  const result = (program) => new Promise((resolve, reject) => new Worker(program, { eval: true }).on('message', resolve).on('error', reject));
  Promise.all(${JSON.stringify(programs)}.map(result)).then((results) => console.log(JSON.stringify(results)));`;

whenBuilt('two workers that train at once have the losses of each alone', () => {
  const program = (seed: number): string => `${training(seed)} parentPort.postMessage({ losses: Array.from({ length: 100 }, next), variables: tf.memory().numTensors });`;
  // One thread each: the sums of TensorFlow's own products depend on how many there are.
  const alone = [1, 2].map((seed) => (run(together([program(seed)]), { CUDA_ACTIVATIONS_THREADS: '1' }) as [{ losses: number[] }])[0]);
  expect(run(together([program(1), program(2)]), { CUDA_ACTIVATIONS_THREADS: '1' })).toEqual(alone);
  const [{ losses }, other] = alone as [{ losses: number[] }, { losses: number[] }];
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
  expect(other.losses).not.toEqual(losses);
}, 120_000);

whenBuilt('the addon loaded again, and a copy of it, compute in the same process', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'addon-'));
  const addon = path.join(packageRoot, 'build/Release/cuda_activations.node');
  const copy = path.join(folder, 'copy.node');
  fs.copyFileSync(addon, copy);
  const script = `
    const load = (file) => { delete require.cache[file]; return require(file); };
    const files = ${JSON.stringify([addon, addon, copy])};
    const loaded = files.map(load);
    console.log(JSON.stringify(loaded.map((addon) => { const y = new Float32Array(1e5); addon.pointwise(1, 0, [], new Float32Array(1e5).fill(2), y); return y[99999]; })));`;
  expect(run(script)).toEqual([2, 2, 2]);
  fs.rmSync(folder, { recursive: true });
});

whenBuilt.each<[string, string]>([
  ['computing on arrays with the pool', "const { gelu } = require('./dist'); const x = new Float32Array(4e6).fill(1); parentPort.postMessage('ready'); for (;;) gelu(x, { output: x });"],
  ['training with fused layers', `${training(1).replace(/.*parentPort.*\n/, '')} next(); parentPort.postMessage('ready'); for (;;) next();`],
])('a worker is terminated while it is %s, and the others go on', (_, loop) => {
  const program = `const { parentPort } = require('node:worker_threads'); ${loop}`;
  const script = `
    const { Worker } = require('node:worker_threads');
    const { gelu } = require('./dist');
    const worker = new Worker(${JSON.stringify(program)}, { eval: true });
    const x = new Float32Array(1e6).fill(2);
    worker.on('message', async () => {
      for (let i = 0; i < 20; i++) gelu(x);
      const ended = worker.terminate();
      for (let i = 0; i < 20; i++) gelu(x);
      await ended;
      console.log(JSON.stringify(gelu(x)[999_999].toFixed(4)));
    });`;
  expect(run(script)).toBe('1.9545');
}, 120_000);
