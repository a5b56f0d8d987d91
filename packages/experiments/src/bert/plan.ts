import * as path from 'node:path';
import type { EpochMetrics, RunResult, TrainerState } from '../train/trainer';
import { stepsOf } from '../train/trainer';
import type { TorchGeneratorState } from '@cuda-activations/models';
import type { ListedRun } from '../runs/list';
import { RunFolder } from '../runs/run_folder';
import { runId } from '../runs/run_id';
import { lanesOf } from '../threads';
import { parseFeedForward } from './activations';
import type { BertRunConfig } from './config';
import type { BertSubject } from './subject';
import type { Texts } from './texts';
import { trainCountOf } from './token_data';

/** One run and what it belongs to, as data that another process can be given. */
export interface BertTask {
  readonly subject: BertSubject;
  readonly config: BertRunConfig;
  readonly id: string;
  /** As `parseFeedForward` labels it. */
  readonly activation: string;
  readonly seed: number;
  /** Sentences that it trains on. */
  readonly trainCount: number;
  /** Everything that its numbers depend on. */
  readonly identity: Readonly<Record<string, unknown>>;
}

/** Where a run is kept. */
export function bertFolder({ subject, config, id }: Pick<BertTask, 'subject' | 'config' | 'id'>): RunFolder<TrainerState<TorchGeneratorState>, RunResult> {
  return new RunFolder(path.join(config.runsDir, subject.experiment, id));
}

/** Options that decide which runs there are, how fast they come or where they lie, but not what a run gives. */
const NEUTRAL: readonly (keyof BertRunConfig)[] = [
  'dataset', 'dataDir', 'integrity', 'syntheticTrain', 'syntheticDev', 'weights', 'vocabulary', 'activations', 'seeds', 'processes', 'keepModel', 'checkpointSeconds', 'runsDir', 'resultsDir', 'force',
];
/** Options of a new encoder, which a loaded one does not follow. */
const FROM_SCRATCH: readonly (keyof BertRunConfig)[] = ['layers', 'hiddenSize', 'heads', 'intermediateSize'];

/**
 * The runs of an experiment. Seeds are the outer loop, so that a list that was stopped holds whole comparisons.
 * @param weightsHash of the loaded weights
 */
export function bertTasks(subject: BertSubject, config: BertRunConfig, texts: Texts, weightsHash: string | null): BertTask[] {
  const { dataset } = texts;
  const left = [...NEUTRAL, ...(config.weights === null ? [] : FROM_SCRATCH)];
  const options = Object.fromEntries(Object.entries(config).filter(([name]) => !left.includes(name as keyof BertRunConfig)));
  return config.seeds.flatMap((seed) =>
    config.activations.map((activation): BertTask => {
      const identity = {
        experiment: subject.experiment, dataset: dataset.name, dataHash: dataset.hash, vocabularyHash: texts.tokenizer.hash, ...(weightsHash !== null && { weightsHash }),
        activation, parameters: parseFeedForward(activation).parameters, ...options, seed,
      };
      const parts = [dataset.name, ...(config.weights === null ? ['scratch'] : ['loaded']), activation, config.optimizer, `seed${seed}`];
      return { subject, config, id: runId(parts, identity), activation, seed, trainCount: trainCountOf(dataset.train.sentences.length, config), identity };
    }),
  );
}

/** Milliseconds of a step of the small encoder with 32 sentences, on two cores; a larger network takes longer, as the first steps tell. */
const EXPECTED_STEP_MS = 40;

/** A run as a list shows it. */
export function listedTask(task: BertTask): ListedRun<BertTask> {
  const { subject, config, activation, seed, trainCount } = task;
  return {
    task,
    key: task.id,
    label: [subject.experiment, activation, ...(config.seeds.length > 1 ? [`seed ${seed}`] : [])].join(' '),
    kind: `bert/${config.lengths}`,
    steps: stepsOf(trainCount, config) * config.epochs,
    expectedStepMs: EXPECTED_STEP_MS * (config.batchSize / 32),
    lanes: lanesOf(config),
  };
}

/** What a finished run left; undefined for one that is not finished. */
export function finishedRun(task: BertTask): { readonly result: RunResult; readonly metrics: readonly EpochMetrics[] } | undefined {
  const folder = bertFolder(task);
  const result = folder.result();
  return result && { result, metrics: folder.metrics<EpochMetrics>() };
}
