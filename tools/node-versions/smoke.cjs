// What has to work under every supported Node.js, on the built packages. Prints one line of JSON for each check.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { isMainThread, parentPort, Worker } = require('node:worker_threads');

const packages = path.resolve(__dirname, '..', '..', 'packages');
const tf = require(path.join(packages, 'runtime'));
const activations = require(path.join(packages, 'cuda-activations'));

/** A regression on 64 points. @returns the losses of its steps */
async function train(steps, compiled) {
  const x = tf.tidy(() => tf.linspace(-2, 2, 64).reshape([64, 1]));
  const y = x.square();
  const weights = tf.tidy(() => [tf.linspace(-1, 1, 16).reshape([1, 16]), tf.zeros([16]), tf.linspace(-0.5, 0.5, 16).reshape([16, 1])].map((values) => tf.variable(values)));
  const optimizer = tf.train.adam(0.02);
  const loss = (inputs, targets) => tf.mean(tf.squaredDifference(activations.gelu(inputs.matMul(weights[0]).add(weights[1])).matMul(weights[2]), targets));
  const eager = (inputs, targets) => optimizer.minimize(() => loss(inputs, targets), true, weights);
  const step = compiled ? tf.compile(eager) : eager;
  const losses = [];
  for (let i = 0; i < steps; i++) {
    const value = step(x, y);
    losses.push((await value.data())[0]);
    value.dispose();
  }
  if (compiled) step.dispose();
  optimizer.dispose();
  tf.dispose([x, y, ...weights]);
  return losses;
}

function close(actual, expected, tolerance) {
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= tolerance, `element ${i}: ${value}, expected ${expected[i]}`));
}

/** The fused layer in a model, trained with fit, saved and loaded. */
async function saveAndLoad() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'node-versions-'));
  try {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [3] }), activations.layers.fusedActivation({ activation: 'mish' }), tf.layers.dense({ units: 1 })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [x, y] = [tf.linspace(-1, 1, 48).reshape([16, 3]), tf.linspace(0, 1, 16).reshape([16, 1])];
    await model.fit(x, y, { epochs: 2, verbose: 0 });
    await model.save(`file://${folder}`);
    const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
    assert.deepEqual([...loaded.predict(x).dataSync()], [...model.predict(x).dataSync()]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const checks = {
  'is the Node.js asked for': () => assert.equal(process.versions.node, process.argv[2]),
  'eager training lowers the loss': async () => {
    const losses = await train(30, false);
    assert.ok(losses[29] < losses[0] / 2, losses.join(' '));
  },
  'compiled training has the losses of eager training': async () => close(await train(30, true), await train(30, false), 1e-5),
  'no tensor is left behind': async () => {
    await train(2, true);
    const before = tf.memory().numTensors;
    await train(5, true);
    assert.equal(tf.memory().numTensors, before);
  },
  'typed arrays': () => {
    const x = Float32Array.of(-2, -1, 0, 1, 3);
    close([...activations.sigmoid(x)], [...x].map((value) => 1 / (1 + Math.exp(-value))), 1e-6);
    const output = new Float32Array(5);
    assert.equal(activations.relu(x, { output }), output);
    assert.deepEqual([...output], [0, 0, 0, 1, 3]);
    assert.throws(() => activations.relu([1, 2]), TypeError);
  },
  'errors of TensorFlow are JavaScript errors': () => assert.throws(() => tf.executeOp('MatMul', {}, [tf.ones([2, 3]), tf.ones([2, 3])], 1), /incompatible|dimension/i),
  'a model with a fused layer trains, saves and loads': saveAndLoad,
  'a worker thread': () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(require.resolve('./smoke.cjs'), { argv: process.argv.slice(2) });
      worker.once('message', (values) => {
        try {
          close(values, [0.5, Math.tanh(1)], 1e-6);
          worker.once('exit', resolve);
        } catch (error) {
          reject(error);
        }
      });
      worker.once('error', reject);
    }),
};

async function main() {
  for (const [check, work] of Object.entries(checks)) {
    try {
      await work();
      console.log(JSON.stringify({ check }));
    } catch (error) {
      process.exitCode = 1;
      console.log(JSON.stringify({ check, error: error.stack ?? String(error) }));
    }
  }
  console.log(JSON.stringify({ check: 'all checks ran' }));
}

if (isMainThread) void main();
else parentPort.postMessage([activations.sigmoid(Float32Array.of(0))[0], activations.tanh(tf.tensor1d([1])).dataSync()[0]]);
