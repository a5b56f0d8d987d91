// Models between tf.layers and Keras, for the tests in Python. `export DIR` trains some here and writes them with their inputs and outputs; `check DIR` loads
// those that Keras wrote and compares, and trains them on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const tf = require('@cuda-activations/runtime');
const { layers, register } = require('cuda-activations');

const kernel = (seed) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });

/** A CNN with APL, as a user writes one. */
const cnn = () =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [12, 12, 1], ...kernel(1) }),
      tf.layers.batchNormalization(),
      layers.apl({ segments: 3, initialization: 'agostinelliNin', seed: 2 }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.1, seed: 3 }),
      tf.layers.dense({ units: 8, activation: 'mish', ...kernel(4) }),
      tf.layers.dense({ units: 2, activation: 'softmax', ...kernel(5) }),
    ],
  });

/** Every layer of the package and every way to name an activation. */
function allKinds() {
  const x = tf.input({ shape: [8] });
  const dense = (units, seed, more) => tf.layers.dense({ units, ...kernel(seed), ...more });
  let y = dense(12, 1, { activation: layers.activation({ name: 'leaky_relu', negative_slope: 0.1 }) }).apply(x);
  y = layers.prelu({ sharing: 'layer' }).apply(layers.fusedActivation({ activation: 'elu', alpha: 0.5 }).apply(y));
  const half = layers.gated({ activation: 'swiglu' }).apply(y);
  y = layers.fusedBiasActivation({ activation: 'silu', dropoutRate: 0.2, seed: 5 }).apply([dense(6, 2, { useBias: false, activation: 'quick_gelu' }).apply(half), half]);
  y = tf.layers.add().apply([layers.apl({ segments: 2, sharing: 'position', seed: 6 }).apply(y), half]);
  return tf.model({ inputs: x, outputs: layers.rowwise({ activation: 'softmax' }).apply(dense(2, 3, { activation: 'gelu_tanh' }).apply(y)) });
}

async function train(model, x, y) {
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'sparseCategoricalCrossentropy' });
  const { history } = await model.fit(x, y, { epochs: 3, batchSize: 16, verbose: 0 });
  return history.loss;
}

const commands = {
  async export(folder) {
    for (const [name, make] of Object.entries({ cnn, allKinds })) {
      const model = make();
      const x = tf.randomNormal([32, ...model.inputs[0].shape.slice(1)], 0, 1, 'float32', 7);
      const y = tf.cast(tf.greater(tf.sum(tf.reshape(x, [32, -1]), 1), 0), 'float32');
      await train(model, x, y);
      const at = path.join(folder, name);
      await model.save(`file://${at}`);
      fs.writeFileSync(path.join(at, 'expected.json'), JSON.stringify({ x: x.arraySync(), y: model.predict(x).arraySync() }));
    }
  },
  async check(folder) {
    register();
    const names = fs.readdirSync(folder);
    assert.ok(names.length >= 2, `${folder} holds ${names}`);
    for (const name of names) {
      // tf.layers looks an activation with parameters up by its name, which this makes known.
      layers.activation({ name: 'leaky_relu', negative_slope: 0.1 });
      const model = await tf.loadLayersModel(`file://${path.join(folder, name, 'model.json')}`);
      const expected = JSON.parse(fs.readFileSync(path.join(folder, name, 'expected.json'), 'utf8'));
      const x = tf.tensor(expected.x);
      const difference = tf.max(tf.abs(tf.sub(model.predict(x), tf.tensor(expected.y)))).dataSync()[0];
      assert.ok(difference < 1e-5, `${name} from Keras: outputs differ by ${difference}`);
      const losses = await train(model, x, tf.cast(tf.argMax(tf.tensor(expected.y), 1), 'float32'));
      assert.ok(losses.at(-1) < losses[0], `${name} from Keras: losses ${losses}`);
      console.log(`${name} from Keras: outputs differ by ${difference.toExponential(1)}, trains on`);
    }
  },
};

const [command, folder] = process.argv.slice(2);
await commands[command](folder);
