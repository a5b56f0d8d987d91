import * as tf from '@cuda-activations/runtime';
import type { ClassificationConfig } from './config';

/** Learning rate and momentum of a step. */
export interface StepRates {
  readonly learningRate: number;
  readonly momentum: number;
}

/** What the rates depend on. */
export interface ScheduleOptions extends Pick<ClassificationConfig, 'rateDrops' | 'momentum' | 'momentumStart'> {
  readonly learningRate: number;
}

/** In the original, momentum rises with a time constant of 10,000 of 90,000 steps. */
const MOMENTUM_TIME = 1 / 9;

/**
 * The rates of a step: the learning rate falls to a tenth at each of `rateDrops`, momentum rises from `momentumStart` as
 * m - (m - m0) exp(-9 t / T), as in the networks of Agostinelli et al.
 *
 * @param step from 0, of `total`
 */
export function ratesAt(step: number, total: number, { learningRate, rateDrops, momentum, momentumStart }: ScheduleOptions): StepRates {
  const drops = rateDrops.filter((share) => step >= share * total).length;
  const rising = momentumStart === null ? momentum : momentum - (momentum - momentumStart) * Math.exp(-step / (MOMENTUM_TIME * total));
  return { learningRate: learningRate * 10 ** -drops, momentum: rising };
}

/** Applies the schedule of a run to its optimiser. */
export class Schedule {
  /** Of the optimiser: changed before a step where the schedule says so. */
  readonly momentum: tf.Variable<tf.Rank.R0> | undefined;
  #learningRate: number;

  /** @param total steps of the run at most */
  constructor(
    private readonly options: ScheduleOptions,
    private readonly total: number,
  ) {
    this.#learningRate = options.learningRate;
    if (options.momentumStart !== null) this.momentum = tf.tidy(() => tf.variable(tf.scalar(options.momentumStart ?? 0), false)) as tf.Variable<tf.Rank.R0>;
  }

  /** @param step from 0, which comes next */
  before(step: number, optimizer: tf.Optimizer): void {
    const { learningRate, momentum } = ratesAt(step, this.total, this.options);
    if (learningRate !== this.#learningRate) (optimizer as tf.NativeOptimizer).setLearningRate(learningRate);
    this.#learningRate = learningRate;
    tf.tidy(() => this.momentum?.assign(tf.scalar(momentum)));
  }

  dispose(): void {
    this.momentum?.dispose();
  }
}
