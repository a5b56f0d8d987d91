import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { namedParameters, TorchGenerator } from '@cuda-activations/models';
import { LoaderOrder } from '../random/loader_order';
import { describeEnvironment } from '../runs/environment';
import { Interrupted } from '../runs/interrupt';
import type { RunListener } from '../runs/list';
import { scoresOf } from '../train/scores';
import { stepsOf, train, type EpochMetrics } from '../train/trainer';
import type { BertRunConfig } from './config';
import { keepModel } from './kept_model';
import { LengthOrder } from './length_order';
import { createRunModel, trainLengths } from './model';
import { bertFolder, type BertTask } from './plan';
import { BertProgram } from './program';
import { BertSchedule } from './schedule';
import type { TextCache } from './text_cache';

/**
 * Trains one run from its start or its checkpoint, and tests it.
 * @throws Interrupted after a checkpoint was written
 */
export async function executeBertRun(task: BertTask, cache: TextCache, listener: RunListener, interrupted: () => NodeJS.Signals | undefined): Promise<void> {
  const { subject, config, activation, seed } = task;
  const data = await cache.tokens(subject, config, seed);
  const { dataset } = data.texts;
  const folder = bertFolder(task);
  const unlock = folder.open(task.identity, describeEnvironment({ tensorflow: tf.tensorflowVersion(), devices: tf.devices().map(({ name }) => name), dataset: dataset.name, dataHash: dataset.hash }));
  let program: BertProgram | undefined;
  try {
    const generator = new TorchGenerator(seed);
    const model = createRunModel(config, activation, data.texts, seed, generator);
    const steps = stepsOf(task.trainCount, config);
    program = new BertProgram(model, createBertOptimizer(model.model, config), data, new BertSchedule(config, steps * config.epochs, model.share));
    const lengths = trainLengths(data);
    const order = (of: TorchGenerator) => (config.lengths === 'fixed' ? new LoaderOrder(of) : new LengthOrder(of, lengths, config.batchSize));
    const state = folder.checkpoint.state();
    listener.begin(state ? state.epoch * steps + state.step : 0);
    const options = { ...config, patience: 0, test: true, gradientNorms: config.traceSteps > 0 ? ('mean' as const) : ('off' as const), confusion: true };
    const result = await train(
      program,
      folder,
      order(generator),
      (saved) => order(TorchGenerator.fromState(saved)),
      options,
      {
        step: (done, _total, epoch, loss) => { listener.step(done, `epoch ${epoch}/${config.epochs}, loss ${loss.toFixed(3)}`); },
        epoch: (metrics) => { for (const line of epochLines(metrics, config, dataset.classes)) listener.line(line); },
      },
      interrupted,
    );
    if (config.keepModel) keepModel(folder.folder, model);
    const test = scoresOf(result.test?.confusion ?? [], dataset.classes);
    listener.line(`test accuracy ${test.accuracy.toFixed(2)} % (majority ${test.majority.toFixed(2)} %), weighted F1 ${test.weightedF1.toFixed(3)}, MCC ${test.mcc.toFixed(3)}`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `interrupted by ${error.signal}; the checkpoint is in ${path.join(folder.folder, 'checkpoint')}`);
  } finally {
    program?.dispose();
    unlock();
  }
}

function epochLines(m: EpochMetrics, { epochs }: BertRunConfig, classes: number): string[] {
  const { accuracy, majority, mcc, predicted } = scoresOf(m.valConfusion ?? [], classes);
  const line = `epoch ${m.epoch}/${epochs}: train loss ${m.trainLoss.toFixed(3)} accuracy ${m.trainAccuracy.toFixed(2)} %, val loss ${m.valLoss.toFixed(3)} accuracy ${accuracy.toFixed(2)} % (majority ${majority.toFixed(2)} %), MCC ${mcc.toFixed(3)}, ${m.seconds.toFixed(1)} s`;
  const constant = predicted.filter((count) => count > 0).length === 1;
  return constant ? [line, `warning: every validation sentence is predicted as class ${predicted.findIndex((count) => count > 0)}: nothing was learned yet`] : [line];
}

/** Adam in transformers' form, or AdamW with decay on kernels and embeddings alone. */
export function createBertOptimizer(model: tf.LayersModel, { optimizer, learningRate, adamEpsilon, clipNorm, weightDecay }: BertRunConfig): tf.NativeOptimizer {
  const common = { beta1: 0.9, beta2: 0.999, epsilon: adamEpsilon, ...(clipNorm > 0 && { clipNorm }) };
  if (optimizer === 'adam') return tf.optimizers.adam(learningRate, { ...common, form: 'keras' });
  const decaying = new Set(namedParameters(model).filter(({ torchShape }) => torchShape.length > 1).map(({ variable }) => variable.name));
  return tf.optimizers.adamw(learningRate, { ...common, weightDecay: (variable) => (decaying.has(variable) ? weightDecay : 0) });
}
