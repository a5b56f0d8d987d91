import * as tf from '@cuda-activations/runtime';
import type { BertRunConfig } from './config';

type ScheduleOptions = Pick<BertRunConfig, 'learningRate' | 'warmup' | 'decay' | 'gradual'>;

/** The learning rate of a step: rising over the warm-up, then constant or falling to 0. @param step from 0, of `total` */
export function rateAt(step: number, total: number, { learningRate, warmup, decay }: ScheduleOptions): number {
  const rising = warmup * total;
  if (step + 1 < rising) return (learningRate * (step + 1)) / rising;
  return decay === 'constant' ? learningRate : learningRate * Math.min(1, (total - step) / (total - rising));
}

/** How much of the activation is there at a step, the rest being GELU. @param step from 0, of `total` */
export function shareAt(step: number, total: number, { gradual }: ScheduleOptions): number {
  return gradual === 0 ? 1 : Math.min(1, step / (gradual * total));
}

/** Applies the schedule of a run to its optimiser, and to the share of the activation where that comes gradually. */
export class BertSchedule {
  /** @param total steps of the run */
  constructor(
    private readonly options: ScheduleOptions,
    private readonly total: number,
    private readonly share?: tf.Variable<tf.Rank.R0>,
  ) {}

  /** @param step from 0, which comes next */
  before(step: number, optimizer: tf.NativeOptimizer): void {
    const { warmup, decay } = this.options;
    if (warmup > 0 || decay !== 'constant') optimizer.setLearningRate(rateAt(step, this.total, this.options));
    this.at(step);
  }

  /** Sets the share alone, for an evaluation behind `step` steps. */
  at(step: number): void {
    tf.tidy(() => this.share?.assign(tf.scalar(shareAt(step, this.total, this.options))));
  }
}
