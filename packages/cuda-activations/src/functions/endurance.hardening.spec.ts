import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import * as tf from '@cuda-activations/runtime';
import { apl, gelu, layers, relu } from '../index';

const mebibyte = 2 ** 20;

/** Calls `call` in `rounds` rounds; how many bytes the process grew over the second half of them. */
function growth(rounds: number, perRound: number, call: () => void): number {
  const resident: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < perRound; i++) call();
    resident.push(process.memoryUsage().rss);
  }
  const middle = Math.floor(rounds / 2);
  const smallest = (part: number[]): number => Math.min(...part);
  // The garbage collector lets memory swing: the lowest points of the two halves say what stays.
  return smallest(resident.slice(middle)) - smallest(resident.slice(Math.floor(middle / 2), middle));
}

test('a million small calls on arrays leave memory as it is', () => {
  const [x, output] = [new Float32Array(16).fill(0.5), new Float32Array(16)];
  const [a, b] = [Float32Array.of(0.5, 1), Float32Array.of(1, 2)];
  let turn = 0;
  const grown = growth(40, 25_000, () => {
    switch (turn++ % 4) {
      case 0: gelu(x); break;
      case 1: relu(x, { output }); break;
      case 2: gelu.gradient(x, x, { output }); break;
      default: apl(x, a, b);
    }
  });
  expect(grown).toBeLessThan(16 * mebibyte);
});

test('a million small calls on tensors leave memory and tensors as they are', () => {
  const x = tf.ones([16]);
  const before = tf.memory().numTensors;
  const grown = growth(40, 25_000, () => { gelu(x).dispose(); });
  expect(tf.memory().numTensors).toBe(before);
  expect(grown).toBeLessThan(32 * mebibyte);
});

test('10,000 training steps, eager and compiled, leave memory and tensors as they are', () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [4] }), layers.fusedActivation({ activation: 'gelu' }), tf.layers.dense({ units: 1 })] });
  const optimizer = tf.train.adam(1e-3);
  const [x, y] = [tf.ones([8, 4]), tf.zeros([8, 1])];
  const loss = (): tf.Scalar => tf.losses.meanSquaredError(y, model.apply(x) as tf.Tensor);
  const eager = (): void => { tf.dispose(optimizer.minimize(loss, true) as tf.Scalar); };
  const step = tf.compile(() => optimizer.minimize(loss, true) as tf.Scalar);
  eager();
  tf.dispose(step());
  const before = tf.memory().numTensors;
  expect(growth(20, 250, eager)).toBeLessThan(32 * mebibyte);
  expect(growth(20, 250, () => { tf.dispose(step()); })).toBeLessThan(32 * mebibyte);
  expect(tf.memory().numTensors).toBe(before);
});

test('1,000 workers load the addon, compute and end', async () => {
  const addon = path.resolve(__dirname, '../../build/Release/cuda_activations.node');
  const script = `const x = new Float32Array(100).fill(2), y = new Float32Array(100);
    require(${JSON.stringify(addon)}).pointwise(1, 0, [], x, y); require('node:worker_threads').parentPort.postMessage(y[99]);`;
  const run = (): Promise<unknown> => new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true });
    let result: unknown;
    worker.on('message', (value) => { result = value; });
    worker.on('error', reject);
    worker.on('exit', () => { resolve(result); });
  });
  const resident: number[] = [];
  for (let round = 0; round < 100; round++) {
    expect(await Promise.all(Array.from({ length: 10 }, run))).toEqual(Array.from({ length: 10 }, () => 2));
    resident.push(process.memoryUsage().rss);
  }
  expect(Math.min(...resident.slice(50)) - Math.min(...resident.slice(10, 50))).toBeLessThan(32 * mebibyte);
});
