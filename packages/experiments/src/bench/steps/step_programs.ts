import * as tf from '@cuda-activations/runtime';
import { createOptimizer } from '../../classification/optimizer';
import type { ProgramName, PythonProgram } from './arms';

/** Hyperparameters of the step. */
export interface StepOptions {
  readonly learningRate: number;
  readonly momentum: number;
}

/** One training step: what the network takes (images [batch, height, width, channels], or ids and mask [batch, tokens]), labels int32 [batch], to the mean loss before the update. */
export type StepFunction = (inputs: tf.Tensor[], labels: tf.Tensor1D) => tf.Scalar;

/** A network that trains, one step a call. */
export interface StepProgram {
  readonly step: StepFunction;
  /** The step as a GraphDef; where it is compiled. */
  readonly graph?: (inputs: tf.Tensor[], labels: tf.Tensor1D) => Buffer;
  /** Bytes that the backward pass keeps of the forward one; where it is compiled and was called. */
  readonly keptBytes?: () => number;
  readonly dispose: () => void;
}

/** Programs that run in Node. */
export type NodeProgram = Exclude<ProgramName, PythonProgram>;

/** The programs on which the runtime's repairs are switched off; how the process of an arm is set up before it makes anything. */
export function setUpProcess(program: NodeProgram): void {
  tf.configureRepairs(program !== 'stock' && program !== 'captured');
}

/** As the experiments train: this project's ops, recorded. Takes the model over. */
function compiledStep(model: tf.LayersModel, { learningRate, momentum }: StepOptions): StepProgram {
  const optimizer = createOptimizer({ optimizer: 'sgd', learningRate, momentum });
  const variables = trainable(model);
  const step = tf.compile(
    (inputs: tf.Tensor[], labels: tf.Tensor1D) => tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => tf.losses.sparseSoftmaxCrossEntropy(labels, logitsOf(model, inputs)) as tf.Scalar, variables);
      optimizer.applyGradients(grads);
      return value;
    }),
    { name: 'trainStep' },
  );
  return { ...compiledParts(step), dispose: () => { step.dispose(); optimizer.dispose(); model.dispose(); } };
}

function compiledParts(step: tf.CompiledFunction<Parameters<StepFunction>, tf.Scalar>): Pick<StepProgram, 'step' | 'graph' | 'keptBytes'> {
  return { step, graph: step.toGraphDef, keptBytes: () => step.explain()[0]?.keptBytes[0] ?? NaN };
}

/** As a user of TensorFlow.js trains. What it costs depends on the repairs that are in place. Takes the model over. */
function eagerStep(model: tf.LayersModel, { learningRate, momentum }: StepOptions): StepProgram {
  const optimizer = tf.train.momentum(learningRate, momentum);
  const variables = trainable(model);
  const loss = (inputs: tf.Tensor[], labels: tf.Tensor1D) => {
    const logits = logitsOf(model, inputs);
    return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, logits.shape[1]), logits) as tf.Scalar;
  };
  return {
    step: (inputs, labels) => tf.tidy(() => optimizer.minimize(() => loss(inputs, labels), true, variables) as tf.Scalar),
    dispose: () => { optimizer.dispose(); model.dispose(); },
  };
}

/**
 * The step of a program.
 * @param makeOurs the network from this project's layers
 * @param makeStock the same network from the layers of TensorFlow.js
 */
export function stepProgram(program: NodeProgram, makeOurs: () => tf.LayersModel, makeStock: () => tf.LayersModel, options: StepOptions): StepProgram {
  if (program === 'ours') return compiledStep(makeOurs(), options);
  if (program === 'composite') return compiledStep(makeStock(), options);
  const { step, dispose } = eagerStep(makeStock(), options);
  if (program !== 'captured') return { step, dispose };
  const captured = tf.compile(step, { name: 'stockStep' });
  return { ...compiledParts(captured), dispose: () => { captured.dispose(); dispose(); } };
}

function logitsOf(model: tf.LayersModel, inputs: tf.Tensor[]): tf.Tensor2D {
  return model.apply(inputs, { training: true }) as tf.Tensor2D;
}

function trainable(model: tf.LayersModel): tf.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}
