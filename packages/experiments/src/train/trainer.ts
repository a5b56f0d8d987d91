import type { RunFolder } from '../runs/run_folder';
import type { StoredArrays } from '../runs/safetensors';
import { Interrupted } from '../runs/interrupt';
import { afterEpoch, BEFORE_TRAINING, type EarlyStoppingState } from './early_stopping';
import { evaluate, type Evaluation } from './evaluate';
import type { BatchOrder, EvaluationSplit, TrainingProgram } from './program';
import { EMPTY_TRACE, scaledSum, traced, type StepTrace, type TracePoint } from './step_trace';

/** The parts of a configuration that the loop itself follows. */
export interface TrainerOptions {
  readonly epochs: number;
  /** Steps of an epoch at most; 0: the whole training part. */
  readonly steps: number;
  readonly batchSize: number;
  /** Images of a step of evaluation; 0: batchSize. */
  readonly evaluationBatch: number;
  /** Early stopping, see `afterEpoch`. */
  readonly patience: number;
  /** Test with the weights of the last epoch, as the authors do, or of the best one by validation loss. */
  readonly testWeights: 'last' | 'best';
  /** Whether the run is tested at the end; one that only chooses between settings must not see the test set. */
  readonly test: boolean;
  /** Gradient norms of an epoch: of its last batch, the mean over its batches, or none. */
  readonly gradientNorms: 'last' | 'mean' | 'off';
  /** Steps whose losses and gradient norms are averaged to one point of a curve; 0, the default: no curve. */
  readonly traceSteps?: number;
  /** Whether the counts of (true, predicted) classes are kept. Default false. */
  readonly confusion?: boolean;
  /** Seconds between checkpoints inside an epoch; one is written after every epoch as well. */
  readonly checkpointSeconds: number;
}

/** One line of metrics.jsonl. */
export interface EpochMetrics {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly valLoss: number;
  /** Percent. */
  readonly trainAccuracy: number;
  /** Percent. */
  readonly valAccuracy: number;
  /** Macro F1, 0 to 1. */
  readonly valF1: number;
  /** Wall time of the training part. */
  readonly seconds: number;
  /** What the process's threads together computed in it: unlike the wall time it leaves out waiting for a machine that others use. */
  readonly processorSeconds: number;
  readonly steps: number;
  /** L2 norms of the gradient by weight: of the epoch's last batch, or the mean over its batches. */
  readonly gradientNorms?: Readonly<Record<string, number>>;
  /** The curve over the epoch's steps, where it was asked for. */
  readonly trace?: readonly TracePoint[];
  /** As {@link Evaluation.confusion}. */
  readonly valConfusion?: readonly number[];
}

/** What DONE holds. */
export interface RunResult {
  /** Null where it was not to be tested. */
  readonly test: Evaluation | null;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly bestValLoss: number | null;
  readonly stoppedEarly: boolean;
  /** Training time of all epochs. */
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** The position of a run, as its checkpoint keeps it. */
export interface TrainerState<OrderState> {
  /** Epochs that are complete. */
  readonly epoch: number;
  /** Steps done in the epoch after them. */
  readonly step: number;
  /** The order generator where that epoch began. */
  readonly order: OrderState;
  readonly lossSum: number;
  readonly correct: number;
  readonly seconds: number;
  readonly totalSeconds: number;
  readonly processorSeconds: number;
  readonly totalProcessorSeconds: number;
  /** Of the epoch's last step, once it is done; or the sum over the steps so far. */
  readonly gradientNorms: Readonly<Record<string, number>> | null;
  /** Of the epoch's steps so far. */
  readonly trace: StepTrace;
  readonly stopping: EarlyStoppingState;
  readonly stopped: boolean;
  /** Bytes of metrics.jsonl that belong to the complete epochs. */
  readonly metricsLength: number;
}

/** Told where the run is, for the progress display. */
export interface TrainerProgress {
  /** @param done steps of training so far, of `total` at most */
  step(done: number, total: number, epoch: number, loss: number): void;
  epoch(metrics: EpochMetrics): void;
}

const BEST = 'best/';

/**
 * Trains a program, epoch by epoch, from the start or from its checkpoint, and tests it.
 * A resumed run gives the numbers of an uninterrupted one, as far as the program's steps are deterministic.
 *
 * @param order at its state before the first epoch; `restoreOrder` rebuilds it from a checkpoint
 * @param interrupted the signal that asks for a stop, if any
 * @throws Interrupted after a checkpoint was written
 */
export async function train<OrderState>(
  program: TrainingProgram,
  run: RunFolder<TrainerState<OrderState>, RunResult>,
  order: BatchOrder<OrderState>,
  restoreOrder: (state: OrderState) => BatchOrder<OrderState>,
  options: TrainerOptions,
  progress: TrainerProgress,
  interrupted: () => NodeJS.Signals | undefined,
): Promise<RunResult> {
  const stepsPerEpoch = stepsOf(program.trainCount, options);
  const { traceSteps = 0, confusion: keepConfusion = false } = options;
  const total = stepsPerEpoch * options.epochs;
  const checkpoint = run.checkpoint.read();
  let best: StoredArrays = {};
  if (checkpoint) {
    order = restoreOrder(checkpoint.state.order);
    const entries = Object.entries(checkpoint.arrays);
    best = Object.fromEntries(entries.filter(([name]) => name.startsWith(BEST)));
    await program.restore(Object.fromEntries(entries.filter(([name]) => !name.startsWith(BEST))));
  }
  let state: TrainerState<OrderState> = checkpoint?.state ?? fresh(order.state());
  run.truncateMetrics(state.metricsLength);

  let lastWrite = performance.now();
  const write = async () => {
    run.checkpoint.write({ arrays: { ...(await program.save()), ...best }, state });
    lastWrite = performance.now();
  };
  /** Lets signals in, and stops where one asked for it. */
  const pause = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const signal = interrupted();
    if (signal === undefined) return;
    await write();
    throw new Interrupted(signal);
  };
  const scored = (split: EvaluationSplit) => evaluate(program, split, options.evaluationBatch || options.batchSize, pause, keepConfusion);

  while (state.epoch < options.epochs && !state.stopped) {
    const positions = order.shuffled(program.trainCount);
    while (state.step < stepsPerEpoch) {
      await pause();
      if (performance.now() - lastWrite >= options.checkpointSeconds * 1000) await write();
      const last = state.step === stepsPerEpoch - 1;
      const from = state.step * options.batchSize;
      const start = performance.now();
      const processor = process.cpuUsage();
      const result = await program.trainStep(positions.slice(from, from + options.batchSize), traceSteps > 0 || options.gradientNorms === 'mean' || (last && options.gradientNorms === 'last'));
      state = {
        ...state,
        step: state.step + 1,
        lossSum: state.lossSum + result.loss,
        correct: state.correct + result.correct,
        gradientNorms: options.gradientNorms === 'mean' ? scaledSum(state.gradientNorms, result.gradientNorms ?? {}, last ? 1 / stepsPerEpoch : 1) : (result.gradientNorms ?? null),
        trace: traceSteps > 0 ? traced(state.trace, state.epoch * stepsPerEpoch + state.step + 1, result, traceSteps, last) : EMPTY_TRACE,
        seconds: state.seconds + (performance.now() - start) / 1000,
        processorSeconds: state.processorSeconds + processorSecondsSince(processor),
      };
      const done = state.epoch * stepsPerEpoch + state.step;
      run.noteStep(done, total, result.loss);
      progress.step(done, total, state.epoch + 1, result.loss);
    }
    order.sequential();
    const validation = await scored('validation');
    const epoch = state.epoch + 1;
    const seen = Math.min(stepsPerEpoch * options.batchSize, program.trainCount);
    const metrics: EpochMetrics = {
      epoch,
      trainLoss: state.lossSum / stepsPerEpoch,
      valLoss: validation.loss,
      trainAccuracy: (100 * state.correct) / seen,
      valAccuracy: validation.accuracy,
      valF1: validation.f1,
      seconds: state.seconds,
      processorSeconds: state.processorSeconds,
      steps: stepsPerEpoch,
      ...(state.gradientNorms && { gradientNorms: state.gradientNorms }),
      ...(traceSteps > 0 && { trace: state.trace.points }),
      ...(validation.confusion && { valConfusion: validation.confusion }),
    };
    run.appendMetrics({ ...metrics });
    progress.epoch(metrics);
    const stopping = afterEpoch(state.stopping, epoch, validation.loss, options.patience);
    if (options.testWeights === 'best' && stopping.state.bestEpoch === epoch) {
      best = Object.fromEntries(Object.entries(await program.save()).map(([name, array]) => [BEST + name, array]));
    }
    state = {
      ...fresh(order.state()),
      epoch,
      totalSeconds: state.totalSeconds + state.seconds,
      totalProcessorSeconds: state.totalProcessorSeconds + state.processorSeconds,
      stopping: stopping.state,
      stopped: stopping.stop,
      metricsLength: run.metricsLength(),
    };
    await write();
  }

  if (Object.keys(best).length > 0) {
    await program.restore(Object.fromEntries(Object.entries(best).map(([name, array]) => [name.slice(BEST.length), array])));
  }
  order.sequential();
  const test = options.test ? await scored('test') : null;
  const result: RunResult = {
    test,
    epochs: state.epoch,
    bestEpoch: state.stopping.bestEpoch,
    bestValLoss: state.stopping.best,
    stoppedEarly: state.stopped,
    seconds: state.totalSeconds,
    processorSeconds: state.totalProcessorSeconds,
  };
  run.finish(result);
  return result;
}

/** Steps of one epoch. */
export function stepsOf(trainCount: number, { batchSize, steps }: Pick<TrainerOptions, 'batchSize' | 'steps'>): number {
  const whole = Math.ceil(trainCount / batchSize);
  return steps > 0 ? Math.min(steps, whole) : whole;
}

function processorSecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function fresh<OrderState>(order: OrderState): TrainerState<OrderState> {
  const times = { seconds: 0, totalSeconds: 0, processorSeconds: 0, totalProcessorSeconds: 0 };
  return { epoch: 0, step: 0, order, lossSum: 0, correct: 0, ...times, gradientNorms: null, trace: EMPTY_TRACE, stopping: BEFORE_TRAINING, stopped: false, metricsLength: 0 };
}
