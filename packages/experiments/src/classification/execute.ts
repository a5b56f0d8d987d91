import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { TorchGenerator, type TorchGeneratorState } from '@cuda-activations/models';
import { LoaderOrder } from '../random/loader_order';
import { describeEnvironment } from '../runs/environment';
import { Interrupted } from '../runs/interrupt';
import type { RunListener } from '../runs/list';
import { RunFolder } from '../runs/run_folder';
import { stepsOf, train, type RunResult, type TrainerState } from '../train/trainer';
import { isApl, type ClassificationConfig } from './config';
import type { DataCache } from './data_cache';
import { createModel, type ModelSpecification } from './model';
import { createOptimizer, decayOf } from './optimizer';
import { perturbFirstWeight } from './perturbation';
import type { PlannedRun } from './plan';
import { ClassifierProgram } from './program';
import { Schedule } from './schedule';
import { ShapeRecord } from './shape_record';
import type { ClassificationSubject } from './subject';

/** One run and what it belongs to. */
export interface RunTask {
  readonly subject: ClassificationSubject;
  readonly config: ClassificationConfig;
  readonly plan: PlannedRun;
  /** Images that it trains on. */
  readonly trainCount: number;
}

/** The folder of a run. */
export type ClassificationFolder = RunFolder<TrainerState<TorchGeneratorState>, RunResult>;

/** Where a run is kept. */
export function folderOf({ subject, config, plan }: Omit<RunTask, 'trainCount'>): ClassificationFolder {
  return new RunFolder(path.join(config.runsDir, subject.experiment, plan.id));
}

/** The model of an experiment with one activation. */
export function specificationOf(subject: ClassificationSubject, config: ClassificationConfig, data: { readonly shape: ModelSpecification['shape']; readonly classes: number }, activation: string, seed: number): ModelSpecification {
  return {
    model: subject.model,
    shape: data.shape,
    classes: data.classes,
    activation,
    activationSites: config.activationSites,
    implementation: 'fused',
    initialization: config.initialization,
    seed,
    ...(isApl(subject.model) && { apl: config }),
  };
}

/**
 * Trains one run from its start or its checkpoint, and tests it.
 * @throws Interrupted after a checkpoint was written
 */
export async function executeRun(task: RunTask, cache: DataCache, listener: RunListener, interrupted: () => NodeJS.Signals | undefined): Promise<void> {
  const { subject, config, plan } = task;
  const data = await cache.device(subject, config, plan.seed);
  const folder = folderOf(task);
  const { dataset } = data;
  const unlock = folder.open(plan.identity, describeEnvironment({ tensorflow: tf.tensorflowVersion(), devices: tf.devices().map(({ name }) => name), dataset: dataset.name, dataHash: dataset.hash }));
  const generator = new TorchGenerator(plan.seed);
  const model = createModel(specificationOf(subject, config, dataset, plan.activation, plan.seed), generator);
  if (plan.perturbation !== 0) perturbFirstWeight(model, plan.perturbation);
  const schedule = new Schedule({ ...config, learningRate: plan.learningRate }, stepsOf(task.trainCount, config) * plan.epochs);
  const weightDecay = decayOf(model, config);
  const optimizer = createOptimizer({ optimizer: plan.optimizer, learningRate: plan.learningRate, momentum: schedule.momentum ?? config.momentum, ...(weightDecay && { weightDecay }) });
  const program = new ClassifierProgram(model, optimizer, data, { augmentation: config.augmentation, seed: plan.seed, schedule });
  const shapes = new ShapeRecord(folder.folder, model);
  try {
    const tuning = plan.purpose === 'tuning';
    const options = { ...config, epochs: plan.epochs, test: !tuning, ...(tuning && { testWeights: 'last' as const, gradientNorms: 'off' as const }) };
    const state = folder.checkpoint.state();
    if (!state) shapes.write(0);
    listener.begin(state ? state.epoch * stepsOf(program.trainCount, config) + state.step : 0);
    const result = await train(
      program,
      folder,
      new LoaderOrder(generator),
      (saved) => LoaderOrder.fromState(saved),
      options,
      {
        step: (done, _total, epoch, loss) => { listener.step(done, `epoch ${epoch}/${plan.epochs}, loss ${loss.toFixed(3)}`); },
        epoch: (m) => {
          shapes.write(m.epoch);
          listener.line(
            `epoch ${m.epoch}/${plan.epochs}: train loss ${m.trainLoss.toFixed(3)} accuracy ${m.trainAccuracy.toFixed(2)} %, val loss ${m.valLoss.toFixed(3)} accuracy ${m.valAccuracy.toFixed(2)} %, ${m.seconds.toFixed(1)} s`,
          );
        },
      },
      interrupted,
    );
    if (result.test) listener.line(`test loss ${result.test.loss.toFixed(3)}, accuracy ${result.test.accuracy.toFixed(2)} %, macro F1 ${result.test.f1.toFixed(3)}`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `interrupted by ${error.signal}; the checkpoint is in ${path.join(folder.folder, 'checkpoint')}`);
  } finally {
    program.dispose();
    unlock();
  }
}
