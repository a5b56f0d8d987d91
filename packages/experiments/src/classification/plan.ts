import { runId } from '../runs/run_id';
import type { ClassificationConfig, ModelName } from './config';

/** One run of an experiment. */
export interface PlannedRun {
  readonly id: string;
  readonly activation: string;
  readonly optimizer: ClassificationConfig['optimizers'][number];
  /** Everything that its numbers depend on. */
  readonly identity: Readonly<Record<string, unknown>>;
}

/** The runs of a configuration: every activation with every optimiser. */
export function planRuns(experiment: string, model: ModelName, config: ClassificationConfig, dataset: { readonly name: string; readonly hash: string }): PlannedRun[] {
  return config.activations.flatMap((activation) =>
    config.optimizers.map((optimizer) => {
      const identity = {
        experiment,
        model,
        dataset: dataset.name,
        dataHash: dataset.hash,
        activation,
        ...(model === 'resnet50' && { activationSites: config.activationSites }),
        initialization: config.initialization,
        optimizer,
        learningRate: config.learningRate,
        ...(optimizer === 'sgd' && { momentum: config.momentum }),
        epochs: config.epochs,
        steps: config.steps,
        batchSize: config.batchSize,
        evaluationLimit: config.evaluationLimit,
        seed: config.seed,
        patience: config.patience,
        testWeights: config.testWeights,
        gradientNorms: config.gradientNorms,
        threads: config.threads,
      };
      return { id: runId([dataset.name, activation, optimizer, `seed${config.seed}`], identity), activation, optimizer, identity };
    }),
  );
}
