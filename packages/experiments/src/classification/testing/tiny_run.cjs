// Trains tiny runs of the CNN into the folder argv[2], argv[3] at a time, with a checkpoint before every step, for tests that kill it.
require('../../testing/typescript.cjs');
// Before TensorFlow is loaded, as for a worker: results depend on the number of threads.
require('../../threads.ts').limitThreads(1);
const { classificationOptions } = require('../config.ts');
const { runClassification } = require('../run.ts');
const { subjectOf } = require('../subject.ts');

const config = classificationOptions.parse({
  dataset: 'synthetic', syntheticTrain: 200, syntheticTest: 32, activations: ['elu'], optimizers: ['sgd', 'adam'], epochs: 2, batchSize: 32, patience: 0,
  testWeights: 'best', gradientNorms: 'mean', timingSteps: 0, threads: 1, checkpointSeconds: 1e-6, processes: Number(process.argv[3]), runsDir: process.argv[2],
});
runClassification(subjectOf('cnn-cifar'), config, { name: 'cnn-cifar', preset: 'quick', command: 'tiny', print: console.log, report: true, interrupted: () => undefined }).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
