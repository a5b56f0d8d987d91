// What a user's program does, for javascript.mjs: ops of every family with their gradients, and steps of training recorded by compile().
// Prints the devices and every number as JSON; where an op fails, its error and whether the program goes on.
const tf = require('@cuda-activations/runtime');
const { apl, biasActivation, gelu, layers, prelu, softmax, swiglu } = require('cuda-activations');

const wave = (count, step, scale = 2) => Float32Array.from({ length: count }, (_, i) => scale * Math.sin(step * i));
const values = (tensors) => tensors.map((tensor) => Array.from(tensor.dataSync()));

/** Value and gradients of every family, on operands [30, 8]. */
function families() {
  const operands = {
    x: tf.tensor2d(wave(240, 0.37), [30, 8]),
    bias: tf.tensor1d(wave(8, 1.1)),
    slope: tf.tensor1d(wave(8, 0.9)),
    a: tf.tensor2d(wave(24, 1.3), [3, 8]),
    b: tf.tensor2d(wave(24, 0.7), [3, 8]),
  };
  const cases = {
    gelu: [(x) => gelu(x), ['x']],
    'bias + elu': [(x, bias) => biasActivation(x, bias, { activation: 'elu' }), ['x', 'bias']],
    swiglu: [(x) => swiglu(x), ['x']],
    softmax: [(x) => softmax(x), ['x']],
    prelu: [(x, slope) => prelu(x, slope), ['x', 'slope']],
    apl: [(x, a, b) => apl(x, a, b), ['x', 'a', 'b']],
  };
  return Object.fromEntries(
    Object.entries(cases).map(([name, [f, names]]) => {
      // Squared, so that the gradient that comes back differs between elements.
      const { value, grads } = tf.valueAndGrads((...inputs) => tf.sum(tf.square(f(...inputs))))(names.map((key) => operands[key]));
      return [name, values([value, ...grads])];
    }),
  );
}

/**
 * Losses of ten steps of gradient descent and the weights after them. By assignment: of an optimiser's own op the emulated GPU has no kernel, and
 * its variables lie there.
 */
function training() {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 16, inputShape: [6], kernelInitializer: 'zeros' }),
      layers.apl({ segments: 3 }),
      tf.layers.dense({ units: 16, kernelInitializer: 'zeros' }),
      layers.fusedActivation({ activation: 'gelu' }),
      tf.layers.dense({ units: 4, kernelInitializer: 'zeros' }),
    ],
  });
  model.setWeights(model.getWeights().map((weight, i) => tf.tensor(wave(weight.size, 0.3 + i, 0.5), weight.shape)));
  const xs = tf.tensor2d(wave(32 * 6, 0.41), [32, 6]);
  const labels = tf.tensor1d(Int32Array.from({ length: 32 }, (_, i) => i % 4), 'int32');
  const step = tf.compile((x, y) => {
    const { value, grads } = tf.variableGrads(() => tf.losses.sparseSoftmaxCrossEntropy(y, model.apply(x)));
    for (const { val: variable } of model.trainableWeights) variable.assign(tf.sub(variable, tf.mul(0.1, grads[variable.name])));
    return value;
  });
  const losses = Array.from({ length: 10 }, () => step(xs, labels).dataSync()[0]);
  return { losses: [losses], weights: values(model.getWeights()) };
}

const result = { devices: tf.devices().map(({ type }) => type) };
try {
  Object.assign(result, families(), training());
} catch (error) {
  result.error = error.message;
  result.afterwards = Array.from(gelu(Float32Array.of(1)));
}
process.stdout.write(`${JSON.stringify(result)}\n`);
