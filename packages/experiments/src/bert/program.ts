import * as tf from '@cuda-activations/runtime';
import { namedParameters, type TokenBatch } from '@cuda-activations/models';
import type { StoredArrays } from '../runs/safetensors';
import { classifierEvaluation, classifierStep, readEvaluation, readStep, type EvaluationOutputs, type StepOutputs } from '../train/classifier_step';
import type { EvaluationResult, EvaluationSplit, StepResult, TrainingProgram } from '../train/program';
import { restoreState, storedState, type Trained } from '../train/stored_state';
import { gradientGroups, groupNorms, type GradientGroup } from './gradient_groups';
import type { RunModel } from './model';
import type { BertSchedule } from './schedule';
import type { TokenData } from './token_data';

type Batch = [ids: tf.Tensor2D, mask: tf.Tensor2D, labels: tf.Tensor1D];
type Step<Outputs> = tf.CompiledFunction<Batch, Outputs>;

/** Lengths, times whole and last batches. */
const TRACES = 32;

/** A BERT classifier on the device; each training step is one compiled function, from padded ids to the updated weights. */
export class BertProgram implements TrainingProgram {
  readonly classes: number;
  readonly trainCount: number;
  readonly #trained: Trained;
  readonly #groups: readonly GradientGroup[];
  readonly #step: Step<StepOutputs>;
  readonly #stepWithNorms: Step<StepOutputs>;
  readonly #evaluation: Step<EvaluationOutputs>;
  #steps = 0;

  /** Takes the model and the optimiser over: `dispose` frees them; the data stays. */
  constructor(
    private readonly run: RunModel,
    private readonly optimizer: tf.NativeOptimizer,
    private readonly data: TokenData,
    private readonly schedule: BertSchedule,
  ) {
    this.classes = data.texts.dataset.classes;
    this.trainCount = data.train.labels.length;
    const parameters = namedParameters(run.model);
    const trainable = parameters.filter((parameter) => parameter.trainable).map(({ variable }) => variable);
    this.#trained = { parameters, optimizer, random: { 'random/dropout': run.random } };
    this.#groups = gradientGroups(parameters);
    const watched = this.#groups.flatMap((group) => group.parameters.map(({ variable }) => variable));
    const logits = (ids: tf.Tensor2D, mask: tf.Tensor2D, training: boolean) => run.model.apply([ids, mask], { training }) as tf.Tensor2D;
    const step = (name: string, reported: readonly tf.Variable[]) =>
      tf.compile((...[ids, mask, labels]: Batch) => classifierStep(() => logits(ids, mask, true), labels, trainable, reported, optimizer), { name, maxTraces: TRACES });
    this.#step = step('trainStep', []);
    this.#stepWithNorms = step('trainStepWithNorms', watched);
    this.#evaluation = tf.compile((...[ids, mask, labels]: Batch) => tf.tidy(() => classifierEvaluation(logits(ids, mask, false), labels)), { name: 'evaluate', maxTraces: TRACES });
  }

  labels(split: EvaluationSplit): Int32Array {
    return this.data.part(split).labels;
  }

  async trainStep(positions: Int32Array, gradientNorms: boolean): Promise<StepResult> {
    this.schedule.before(this.#steps++, this.optimizer);
    const { norms, ...result } = await readStep(called(gradientNorms ? this.#stepWithNorms : this.#step, this.data.batch(this.data.train, positions)));
    return { ...result, ...(gradientNorms && { gradientNorms: groupNorms(this.#groups, norms) }) };
  }

  evaluateBatch(split: EvaluationSplit, from: number, to: number): Promise<EvaluationResult> {
    this.schedule.at(this.#steps);
    const positions = Int32Array.from({ length: to - from }, (_, i) => from + i);
    return readEvaluation(called(this.#evaluation, this.data.batch(this.data.part(split), positions)));
  }

  save(): Promise<StoredArrays> {
    return storedState(this.#trained);
  }

  async restore(arrays: StoredArrays): Promise<void> {
    await restoreState(this.#trained, arrays);
    this.#steps = this.optimizer.iterations;
  }

  dispose(): void {
    for (const step of [this.#step, this.#stepWithNorms, this.#evaluation]) step.dispose();
    this.optimizer.dispose();
    this.run.model.dispose();
    this.run.random.dispose();
    this.run.share?.dispose();
  }
}

function called<Outputs>(step: Step<Outputs>, { ids, mask, shape, labels }: TokenBatch & { readonly labels: Int32Array }): Outputs {
  const size: [number, number] = [...shape];
  const batch: Batch = [tf.tensor2d(ids, size, 'int32'), tf.tensor2d(mask, size, 'int32'), tf.tensor1d(labels, 'int32')];
  try {
    return step(...batch);
  } finally {
    tf.dispose(batch);
  }
}
