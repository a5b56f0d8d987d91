import * as tf from '@cuda-activations/runtime';
import { namedParameters, type NamedParameter } from '@cuda-activations/models';
import type { StoredArray, StoredArrays } from '../runs/safetensors';
import type { EvaluationResult, EvaluationSplit, StepResult, TrainingProgram } from '../train/program';
import { cropAndFlip } from './augmentation';
import type { ClassificationConfig } from './config';
import type { DeviceData, DevicePart } from './device_data';
import { gatherRows } from './image_tensor';
import type { Schedule } from './schedule';

/** Loss, number of correct predictions, and the gradient's norm for each weight (empty where not asked for). */
type StepOutputs = [loss: tf.Scalar, correct: tf.Scalar, norms: tf.Tensor1D];
/** Loss and predicted classes. */
type EvaluationOutputs = [loss: tf.Scalar, predictions: tf.Tensor1D];
type Step<Outputs> = tf.CompiledFunction<[indices: tf.Tensor1D], Outputs>;

const OPTIMIZER = 'optimizer/';
const AUGMENTATION = 'random/augmentation';

/** What a run does besides training a model on images as they are. */
export interface ProgramExtras {
  /** Which images are cropped and flipped at random. */
  readonly augmentation: ClassificationConfig['augmentation'];
  /** Of the crops and flips. */
  readonly seed: number;
  readonly schedule?: Schedule;
}

/**
 * A classifier on the device: each training step is one compiled function, from the indices of the batch to its loss, with the
 * gathering and normalisation of the images and the update of the weights inside.
 */
export class ClassifierProgram implements TrainingProgram {
  readonly classes: number;
  readonly trainCount: number;
  readonly #parameters: readonly NamedParameter[];
  readonly #trainable: readonly tf.Variable[];
  /** Parameters whose gradient norms are recorded: weights and batch normalisation's gammas, no biases. */
  readonly #weights: readonly NamedParameter[];
  readonly #step: Step<StepOutputs>;
  readonly #stepWithNorms: Step<StepOutputs>;
  readonly #evaluations: Readonly<Record<EvaluationSplit, Step<EvaluationOutputs>>>;
  readonly #random: tf.RandomState | undefined;
  readonly #schedule: Schedule | undefined;
  /** Steps done, where a schedule asks for them. */
  #steps = 0;

  /** Takes the model, the optimiser and the schedule over: `dispose` frees them; the data stays. */
  constructor(
    private readonly model: tf.LayersModel,
    private readonly optimizer: tf.Optimizer,
    private readonly data: DeviceData,
    { augmentation = 'none', seed = 0, schedule }: Partial<ProgramExtras> = {},
  ) {
    this.#random = augmentation === 'none' ? undefined : new tf.RandomState(seed);
    this.#schedule = schedule;
    this.classes = data.dataset.classes;
    this.trainCount = data.train.labels.length;
    this.#parameters = namedParameters(model);
    this.#trainable = this.#parameters.filter(({ trainable }) => trainable).map(({ variable }) => variable);
    this.#weights = this.#parameters.filter(({ name, trainable }) => trainable && name.endsWith('.weight'));
    this.#step = tf.compile((indices: tf.Tensor1D) => this.#trainOn(indices, []), { name: 'trainStep' });
    this.#stepWithNorms = tf.compile((indices: tf.Tensor1D) => this.#trainOn(indices, this.#weights), { name: 'trainStepWithNorms' });
    const evaluation = (part: DevicePart, augmented: boolean) => tf.compile((indices: tf.Tensor1D) => this.#evaluateOn(part, indices, augmented), { name: 'evaluate' });
    // The test at the end is on the images as they are, whatever happened after each epoch.
    this.#evaluations = { validation: evaluation(data.part('validation'), augmentation === 'all'), test: evaluation(data.part('test'), false) };
  }

  labels(split: EvaluationSplit): Int32Array {
    return this.data.part(split).labels;
  }

  async trainStep(positions: Int32Array, gradientNorms: boolean): Promise<StepResult> {
    this.#schedule?.before(this.#steps++, this.optimizer);
    const indices = tf.tensor1d(positions, 'int32');
    const outputs = (gradientNorms ? this.#stepWithNorms : this.#step)(indices);
    const [[loss = NaN], [correct = NaN], norms] = (await Promise.all(outputs.map((output) => output.data()))) as [Float32Array, Int32Array, Float32Array];
    tf.dispose([indices, ...outputs]);
    return { loss, correct, ...(gradientNorms && { gradientNorms: Object.fromEntries(this.#weights.map(({ name }, i) => [name, norms[i] ?? NaN])) }) };
  }

  async evaluateBatch(split: EvaluationSplit, from: number, to: number): Promise<EvaluationResult> {
    const indices = tf.range(from, to, 1, 'int32');
    const outputs = this.#evaluations[split](indices);
    const [[loss = NaN], predictions] = (await Promise.all(outputs.map((output) => output.data()))) as [Float32Array, Int32Array];
    tf.dispose([indices, ...outputs]);
    return { loss, predictions };
  }

  async save(): Promise<StoredArrays> {
    const arrays: Record<string, StoredArray> = {};
    for (const { name, variable } of this.#parameters) arrays[name] = { shape: variable.shape, values: (await variable.data()) as Float32Array };
    if (this.#random) {
      const state = this.#random.getState();
      arrays[AUGMENTATION] = { shape: state.shape, values: (await state.data()) as unknown as Int32Array };
      state.dispose();
    }
    const slots = await this.optimizer.getWeights();
    // Variables have other names in another process, so their place tells which is which.
    for (const [i, { tensor }] of slots.entries()) {
      arrays[`${OPTIMIZER}${i}`] = { shape: tensor.shape, values: (await tensor.data()) as Float32Array | Int32Array };
    }
    // The step count is made for the caller; the slots are the optimiser's own.
    slots[0]?.tensor.dispose();
    return arrays;
  }

  async restore(arrays: StoredArrays): Promise<void> {
    for (const { name, variable } of this.#parameters) {
      const stored = arrays[name];
      if (!stored) throw new Error(`the checkpoint lacks ${name}`);
      tf.tidy(() => { variable.assign(tf.tensor(stored.values, variable.shape)); });
    }
    const random = arrays[AUGMENTATION];
    if (random) tf.tidy(() => this.#random?.setState(tf.tensor(random.values, [...random.shape])));
    const slots = Object.entries(arrays).filter(([name]) => name.startsWith(OPTIMIZER));
    if (slots.length === 0) return;
    const weights = slots.map(([name, { shape, values }]) => ({ name, tensor: tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32') }));
    await this.optimizer.setWeights(weights);
    this.#steps = this.optimizer.iterations;
    tf.dispose(weights.map(({ tensor }) => tensor));
  }

  dispose(): void {
    for (const step of [this.#step, this.#stepWithNorms, ...Object.values(this.#evaluations)]) step.dispose();
    this.optimizer.dispose();
    this.#schedule?.dispose();
    this.#random?.dispose();
    this.model.dispose();
  }

  #trainOn(indices: tf.Tensor1D, reported: readonly NamedParameter[]): StepOutputs {
    return tf.tidy(() => {
      const images = this.data.train.images.batch(indices, this.#augment);
      const labels = gatherRows(this.data.train.labelTensor, indices);
      let kept: tf.Scalar | undefined;
      const { value, grads } = tf.variableGrads(() => {
        const logits = this.model.apply(images, { training: true }) as tf.Tensor2D;
        kept = tf.keep(tf.sum(tf.equal(tf.argMax(logits, 1), labels)) as tf.Scalar);
        return tf.losses.sparseSoftmaxCrossEntropy(labels, logits) as tf.Scalar;
      }, [...this.#trainable]);
      const correct = tf.clone(kept as tf.Scalar);
      kept?.dispose();
      const norms = reported.length > 0 ? tf.optimizers.norms(reported.map(({ variable }) => grads[variable.name] as tf.Tensor)) : tf.zeros([0]);
      this.optimizer.applyGradients(grads);
      return [value, correct, norms as tf.Tensor1D];
    });
  }

  readonly #augment = (pixels: tf.Tensor4D): tf.Tensor4D => (this.#random ? cropAndFlip(pixels, this.#random) : pixels);

  #evaluateOn(part: DevicePart, indices: tf.Tensor1D, augmented: boolean): EvaluationOutputs {
    return tf.tidy(() => {
      const labels = gatherRows(part.labelTensor, indices);
      const logits = this.model.apply(part.images.batch(indices, augmented ? this.#augment : undefined), { training: false }) as tf.Tensor2D;
      return [tf.losses.sparseSoftmaxCrossEntropy(labels, logits) as tf.Scalar, tf.argMax(logits, 1) as tf.Tensor1D];
    });
  }
}
