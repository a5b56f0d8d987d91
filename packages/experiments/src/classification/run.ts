import * as fs from 'node:fs';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { TorchGenerator, type TorchGeneratorState } from '@cuda-activations/models';
import type { ImageDataset } from '../data/dataset';
import { loadImageDataset } from '../data/load';
import { DEFAULT_SYNTHETIC_COUNTS, type SyntheticFamily } from '../data/synthetic/synthetic';
import type { ExperimentContext } from '../experiment';
import { ListProgress } from '../progress';
import { LoaderOrder } from '../random/loader_order';
import { authorsSplit, randomSplit, type Split } from '../random/splits';
import type { ReportRow, StepTiming } from '../report/rows';
import { resultTable, textTable } from '../report/table';
import { writeReport } from '../report/write';
import { describeEnvironment } from '../runs/environment';
import { Interrupted } from '../runs/interrupt';
import { RunFolder } from '../runs/run_folder';
import { stepsOf, train, type EpochMetrics, type RunResult, type TrainerState } from '../train/trainer';
import type { ClassificationConfig, ModelName } from './config';
import { DeviceData } from './device_data';
import { createModel } from './model';
import { createOptimizer } from './optimizer';
import { planRuns, type PlannedRun } from './plan';
import { ClassifierProgram } from './program';
import { timeSteps, TimingStore } from './timing';

/** What an image classification experiment is about. */
export interface ClassificationSubject {
  readonly model: ModelName;
  readonly family: SyntheticFamily;
  readonly title: string;
}

type Folder = RunFolder<TrainerState<TorchGeneratorState>, RunResult>;

/** Loads the images, trains every run that is not finished, times the steps, and reports. */
export async function runClassification(subject: ClassificationSubject, config: ClassificationConfig, context: ExperimentContext): Promise<void> {
  const { print } = context;
  const folder = path.join(config.runsDir, context.name);
  const dataset = await loadDataset(subject, config, print);
  const runs = planRuns(context.name, subject.model, config, dataset).map((plan) => ({ plan, folder: new RunFolder(path.join(folder, plan.id)) as Folder }));
  if (config.force) for (const run of runs) fs.rmSync(run.folder.folder, { recursive: true, force: true });
  const environment = describeEnvironment({ tensorflow: tf.tensorflowVersion(), devices: tf.devices().map(({ name }) => name), dataset: dataset.name, dataHash: dataset.hash });

  const data = new DeviceData(dataset, splitOf(dataset, config.seed), config.evaluationLimit);
  try {
    await trainAll(runs, data, subject, config, context, environment);
    const timings = await timeAll(path.join(folder, 'timing'), data, subject, config, context);
    const rows = runs.flatMap(({ plan, folder: run }): ReportRow[] => {
      const result = run.result();
      const timing = timings.get(plan.activation);
      return result ? [{ runId: plan.id, activation: plan.activation, optimizer: plan.optimizer, result, metrics: run.metrics<EpochMetrics>(), ...(timing && { timing }) }] : [];
    });
    const report = {
      experiment: context.name,
      title: subject.title,
      preset: context.preset,
      dataset: dataset.title,
      synthetic: dataset.source === 'synthetic',
      notes: dataset.notes,
      config: { ...config },
      environment,
      rows,
      missing: [],
    };
    print(`\n${dataset.source === 'synthetic' ? 'embedded procedural images (not a benchmark): ' : ''}${dataset.title}, preset ${context.preset}`);
    print(textTable(resultTable(report)));
    await writeReport(path.join(folder, 'report'), report);
    print(`\nreport: ${path.join(folder, 'report', 'report.html')} (also report.md, figures/, *.csv)`);
  } finally {
    data.dispose();
  }
}

async function loadDataset(subject: ClassificationSubject, config: ClassificationConfig, print: (line: string) => void): Promise<ImageDataset> {
  const counts = { train: config.syntheticTrain || DEFAULT_SYNTHETIC_COUNTS.train, test: config.syntheticTest || DEFAULT_SYNTHETIC_COUNTS.test };
  const dataset = await loadImageDataset({
    family: subject.family,
    dataset: config.dataset,
    integrity: config.integrity,
    ...(config.dataDir !== null && { dataDir: config.dataDir }),
    synthetic: { counts },
    log: print,
  });
  print(`data: ${dataset.title}, ${dataset.train.count} training and ${dataset.test.count} test images${dataset.directory === null ? '' : ` from ${dataset.directory}`}`);
  return dataset;
}

/** The authors' split of an official set; 80 % to 20 % of any other. */
function splitOf(dataset: ImageDataset, seed: number): Split {
  if ((dataset.name === 'cifar10' && dataset.train.count === 50_000) || (dataset.name === 'mnist' && dataset.train.count === 60_000)) return authorsSplit(dataset.name, seed);
  return randomSplit(dataset.train.count, Math.floor(dataset.train.count / 5), new TorchGenerator(seed));
}

function specificationOf(subject: ClassificationSubject, config: ClassificationConfig, data: DeviceData, activation: string) {
  return {
    model: subject.model,
    shape: data.dataset.shape,
    classes: data.dataset.classes,
    activation,
    activationSites: config.activationSites,
    implementation: 'fused',
    initialization: config.initialization,
    seed: config.seed,
  } as const;
}

async function trainAll(
  runs: readonly { plan: PlannedRun; folder: Folder }[],
  data: DeviceData,
  subject: ClassificationSubject,
  config: ClassificationConfig,
  context: ExperimentContext,
  environment: Readonly<Record<string, unknown>>,
): Promise<void> {
  const steps = stepsOf(data.train.labels.length, config) * config.epochs;
  const open = runs.filter(({ folder }) => folder.status() !== 'done');
  if (open.length < runs.length) context.print(`${runs.length - open.length} of ${runs.length} runs are finished already (--force trains them again)`);
  const done = ({ folder }: { folder: Folder }) => {
    const state = folder.checkpoint.state();
    return state ? state.epoch * (steps / config.epochs) + state.step : 0;
  };
  const progress = new ListProgress(open.length, open.length * steps, context.print);
  try {
    for (const { plan, folder } of open) {
      const unlock = folder.open(plan.identity, environment);
      try {
        const from = done({ folder });
        progress.start(`${plan.activation} ${plan.optimizer}`, steps, from);
        if (from > 0) progress.line(`resumes after step ${from} of ${steps}`);
        await trainOne(plan, folder, data, subject, config, progress, context);
        progress.finish();
      } finally {
        unlock();
      }
    }
  } finally {
    progress.stop();
  }
}

async function trainOne(
  plan: PlannedRun,
  folder: Folder,
  data: DeviceData,
  subject: ClassificationSubject,
  config: ClassificationConfig,
  progress: ListProgress,
  context: ExperimentContext,
): Promise<void> {
  const generator = new TorchGenerator(config.seed);
  const model = createModel(specificationOf(subject, config, data, plan.activation), generator);
  const program = new ClassifierProgram(model, createOptimizer({ ...config, optimizer: plan.optimizer }), data);
  try {
    const result = await train(
      program,
      folder,
      new LoaderOrder(generator),
      (state) => LoaderOrder.fromState(state),
      config,
      {
        step: (done, _total, epoch, loss) => { progress.step(done, `epoch ${epoch}/${config.epochs}, loss ${loss.toFixed(3)}`); },
        epoch: (m) => {
          progress.line(
            `epoch ${m.epoch}/${config.epochs}: train loss ${m.trainLoss.toFixed(3)} accuracy ${m.trainAccuracy.toFixed(2)} %, val loss ${m.valLoss.toFixed(3)} accuracy ${m.valAccuracy.toFixed(2)} %, ${m.seconds.toFixed(1)} s`,
          );
        },
      },
      context.interrupted,
    );
    progress.line(`test loss ${result.test.loss.toFixed(3)}, accuracy ${result.test.accuracy.toFixed(2)} %, macro F1 ${result.test.f1.toFixed(3)}`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `interrupted by ${error.signal}; the checkpoint is in ${path.join(folder.folder, 'checkpoint')}\nto go on from there: ${context.command}`);
  } finally {
    program.dispose();
  }
}

async function timeAll(
  folder: string,
  data: DeviceData,
  subject: ClassificationSubject,
  config: ClassificationConfig,
  context: ExperimentContext,
): Promise<ReadonlyMap<string, StepTiming>> {
  const timings = new Map<string, StepTiming>();
  const [optimizer] = config.optimizers;
  if (config.timingSteps === 0 || optimizer === undefined) return timings;
  const store = new TimingStore(folder);
  const pause = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const signal = context.interrupted();
    if (signal) throw new Interrupted(signal, `interrupted by ${signal} while timing; all runs are finished\nto go on from there: ${context.command}`);
  };
  for (const activation of config.activations) {
    const specification = specificationOf(subject, config, data, activation);
    const { batchSize, timingSteps, threads } = config;
    const identity = { ...specification, implementation: 'both', optimizer, batchSize, timingSteps, threads };
    const timing = await store.get(activation, identity, config.force, () => {
      context.print(`timing ${activation}: ${timingSteps} steps fused and stock, alternating`);
      return timeSteps(specification, { ...config, optimizer }, data, batchSize, timingSteps, pause);
    });
    timings.set(activation, timing);
  }
  return timings;
}
