import * as tf from '@cuda-activations/runtime';
import { namedParameters, type NamedParameter } from '@cuda-activations/models';
import type { StoredArrays } from '../runs/safetensors';
import { classifierEvaluation, classifierStep, readEvaluation, readStep, type EvaluationOutputs, type StepOutputs } from '../train/classifier_step';
import type { EvaluationResult, EvaluationSplit, StepResult, TrainingProgram } from '../train/program';
import { restoreState, storedState, type Trained } from '../train/stored_state';
import { cropAndFlip } from './augmentation';
import type { ClassificationConfig } from './config';
import type { DeviceData, DevicePart } from './device_data';
import { gatherRows } from './image_tensor';
import type { Schedule } from './schedule';

type Step<Outputs> = tf.CompiledFunction<[indices: tf.Tensor1D], Outputs>;

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
  readonly #trained: Trained;
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
    this.#trained = { parameters: this.#parameters, optimizer, ...(this.#random && { random: { [AUGMENTATION]: this.#random } }) };
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
    indices.dispose();
    const { loss, correct, norms } = await readStep(outputs);
    return { loss, correct, ...(gradientNorms && { gradientNorms: Object.fromEntries(this.#weights.map(({ name }, i) => [name, norms[i] ?? NaN])) }) };
  }

  async evaluateBatch(split: EvaluationSplit, from: number, to: number): Promise<EvaluationResult> {
    const indices = tf.range(from, to, 1, 'int32');
    const outputs = this.#evaluations[split](indices);
    indices.dispose();
    return readEvaluation(outputs);
  }

  save(): Promise<StoredArrays> {
    return storedState(this.#trained);
  }

  async restore(arrays: StoredArrays): Promise<void> {
    await restoreState(this.#trained, arrays);
    this.#steps = this.optimizer.iterations;
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
      const logits = () => this.model.apply(images, { training: true }) as tf.Tensor2D;
      return classifierStep(logits, labels, this.#trainable, reported.map(({ variable }) => variable), this.optimizer);
    });
  }

  readonly #augment = (pixels: tf.Tensor4D): tf.Tensor4D => (this.#random ? cropAndFlip(pixels, this.#random) : pixels);

  #evaluateOn(part: DevicePart, indices: tf.Tensor1D, augmented: boolean): EvaluationOutputs {
    return tf.tidy(() => {
      const labels = gatherRows(part.labelTensor, indices);
      const logits = this.model.apply(part.images.batch(indices, augmented ? this.#augment : undefined), { training: false }) as tf.Tensor2D;
      return classifierEvaluation(logits, labels);
    });
  }
}
