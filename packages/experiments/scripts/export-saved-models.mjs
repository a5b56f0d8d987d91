// Writes one model as two SavedModels, with the ops of the library and with stock ops, and what it gives, for the tests in Python.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const tf = require('@cuda-activations/runtime');
const { layers } = require('cuda-activations');
const { withStockOps } = require('@cuda-activations/models');
const { encodeArrays } = require('@cuda-activations/models/safetensors');

const [folder] = process.argv.slice(2);
const random = (seed) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
const model = tf.sequential({
  layers: [
    tf.layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [12, 12, 3], ...random(1) }),
    layers.apl({ seed: 2 }),
    tf.layers.batchNormalization(),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.conv2d({ filters: 8, kernelSize: 3, useBias: false, ...random(3) }),
    layers.fusedBiasActivation({ activation: 'mish', dropoutRate: 0.5, seed: 4 }),
    layers.prelu(),
    tf.layers.flatten(),
    tf.layers.dense({ units: 16, ...random(5) }),
    layers.gated({ activation: 'swiglu' }),
    layers.fusedActivation({ activation: 'leaky_relu', negativeSlope: 0.1 }),
    tf.layers.dense({ units: 4, ...random(6) }),
    layers.rowwise({ activation: 'sparsemax' }),
  ],
});
const images = tf.randomNormal([5, 12, 12, 3], 0, 1, 'float32', 7);
const f = tf.compile((x) => model.apply(x));
f.saveModel(path.join(folder, 'library'), images);
withStockOps(() => f.saveModel(path.join(folder, 'stock'), images));
const stored = (tensor) => ({ shape: tensor.shape, values: tensor.dataSync() });
fs.writeFileSync(path.join(folder, 'arrays.safetensors'), Buffer.concat(encodeArrays({ images: stored(images), outputs: stored(f(images)) })));
