// Writes training steps as compile() exports them, with the losses that they have here, for the tests in Python.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const tf = require('@cuda-activations/runtime');
const { makeBatches } = require('../dist/src/bench/steps/batches.js');
const { StepArm } = require('../dist/src/bench/steps/step_arm.js');
const { encodeArrays } = require('../dist/src/runs/safetensors.js');

const STEPS = 6;

const write = (file, arrays) => fs.writeFileSync(file, Buffer.concat(encodeArrays(arrays)));

/** The step of bench-steps: fused activations, the native optimiser. */
function benchStep(folder, network) {
  fs.mkdirSync(folder);
  const files = { network: path.join(folder, 'network.json'), weights: path.join(folder, 'weights.safetensors'), batches: path.join(folder, 'batches.safetensors') };
  write(files.batches, makeBatches(network.model, { batchSize: 8 }, 1));
  const subject = { ...network, seed: 1, learningRate: 0.05, momentum: 0.9, files };
  const arm = new StepArm();
  arm.answer({ kind: 'export', network, seed: 1, files });
  arm.answer({ kind: 'prepare', arm: 'ours', subject });
  const graph = arm.answer({ kind: 'graph', folder });
  const { loss } = arm.answer({ kind: 'run', steps: STEPS });
  arm.dispose();
  return { name: network.model, ...graph, batches: files.batches, losses: loss };
}

/** A user's tfjs program: its layers with dropout, Adam; no op of this project. Its forward pass is a SavedModel as well. */
function stockStep(folder) {
  fs.mkdirSync(folder);
  tf.setRandomSeed(3);
  const kernel = (seed) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu', inputShape: [32, 32, 3], ...kernel(1) }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.dense({ units: 10, ...kernel(2) }),
    ],
  });
  const optimizer = tf.train.adam(0.01);
  const loss = (images, labels, training) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), model.apply(images, { training }));
  const step = tf.compile((images, labels) => optimizer.minimize(() => loss(images, labels, true), true));
  const evaluate = tf.compile((images, labels) => loss(images, labels, false));

  const batches = path.join(folder, 'batches.safetensors');
  const arrays = makeBatches('cnn', { batchSize: 8 }, 2);
  write(batches, arrays);
  const batch = (i) => [tf.tensor(arrays[`images${i}`].values, arrays[`images${i}`].shape), tf.tensor(arrays[`labels${i}`].values, arrays[`labels${i}`].shape)];
  const file = path.join(folder, 'step.pb');
  fs.writeFileSync(file, step.toGraphDef(...batch(0)));
  const variables = path.join(folder, 'variables.safetensors');
  write(variables, Object.fromEntries(Object.values(tf.engine().registeredVariables).map((variable) => [variable.name, { shape: variable.shape, values: variable.dataSync() }])));
  const losses = Array.from({ length: STEPS }, (_, i) => step(...batch(i)).dataSync()[0]);
  const savedModel = path.join(folder, 'saved_model');
  evaluate.saveModel(savedModel, ...batch(0));
  return { name: 'stock layers', file, variables, library: null, batches, losses, savedModel, evaluated: Array.from({ length: STEPS }, (_, i) => evaluate(...batch(i)).dataSync()[0]) };
}

const [folder] = process.argv.slice(2);
// minimize() without a list takes all trainable variables there are: this one first.
const steps = [stockStep(path.join(folder, 'stock')), benchStep(path.join(folder, 'cnn'), { model: 'cnn', segments: null }), benchStep(path.join(folder, 'apl'), { model: 'apl', segments: 5 })];
fs.writeFileSync(path.join(folder, 'steps.json'), JSON.stringify(steps));
