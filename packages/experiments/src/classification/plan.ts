import { runId } from '../runs/run_id';
import { parseActivation } from './activations';
import { foreignOptions, isApl, type ClassificationConfig } from './config';
import { APL_OPTIONS } from './apl_options';
import type { ClassificationSubject } from './subject';

/** One run of an experiment, as data that another process can be given. */
export interface PlannedRun {
  readonly id: string;
  /** As `parseActivation` labels it. */
  readonly activation: string;
  readonly optimizer: ClassificationConfig['optimizers'][number];
  readonly seed: number;
  readonly learningRate: number;
  /** Added to the first weight. */
  readonly perturbation: number;
  readonly epochs: number;
  /** `tuning`: tries a learning rate, on validation data alone. */
  readonly purpose: 'result' | 'tuning';
  /** Everything that its numbers depend on. */
  readonly identity: Readonly<Record<string, unknown>>;
}

type Variation = Omit<PlannedRun, 'id' | 'identity'>;
interface DataIdentity { readonly name: string; readonly hash: string }

/** The learning rates to choose from; one alone is not tried. */
export function ratesOf(config: ClassificationConfig, optimizer: PlannedRun['optimizer']): readonly number[] {
  const rates = optimizer === 'sgd' ? config.sgdRates : config.adamRates;
  return rates.length > 0 ? rates : [config.learningRate];
}

/** The runs that try learning rates: every activation with every optimiser and rate, one seed, no test. */
export function tuningRuns(subject: ClassificationSubject, config: ClassificationConfig, dataset: DataIdentity): PlannedRun[] {
  return config.activations.flatMap((activation) =>
    config.optimizers.flatMap((optimizer) => {
      const rates = ratesOf(config, optimizer);
      if (rates.length < 2) return [];
      return rates.map((learningRate) =>
        planned(subject, config, dataset, { activation, optimizer, seed: config.tuningSeed, learningRate, perturbation: 0, epochs: config.tuningEpochs, purpose: 'tuning' }),
      );
    }),
  );
}

/**
 * The runs that are tested: every activation with every optimiser, seed and perturbation. Seeds are the outer loop, so that a list
 * that was stopped holds whole comparisons, and the images of a seed's split are uploaded once.
 *
 * @param rateOf the learning rate chosen for an activation with an optimiser
 */
export function resultRuns(subject: ClassificationSubject, config: ClassificationConfig, dataset: DataIdentity, rateOf: (activation: string, optimizer: PlannedRun['optimizer']) => number): PlannedRun[] {
  return config.seeds.flatMap((seed) =>
    config.activations.flatMap((activation) =>
      config.optimizers.flatMap((optimizer) =>
        config.perturbations.map((perturbation) =>
          planned(subject, config, dataset, { activation, optimizer, seed, learningRate: rateOf(activation, optimizer), perturbation, epochs: epochsOf(config, activation), purpose: 'result' }),
        ),
      ),
    ),
  );
}

/** Epochs at most: with a warm start, ReLU's begin with those that the authors' log does not have. */
function epochsOf({ epochs, warmStartEpochs }: ClassificationConfig, activation: string): number {
  return activation === 'relu' ? epochs + warmStartEpochs : epochs;
}

/** The options of the experiments with APL that a run's numbers depend on; other experiments have none. */
function aplIdentity({ model }: ClassificationSubject, config: ClassificationConfig): Readonly<Record<string, unknown>> {
  if (!isApl(model)) return {};
  const other: readonly string[] = [...foreignOptions(model), 'warmStartEpochs', 'resultsDir'];
  return Object.fromEntries(Object.keys(APL_OPTIONS).filter((name) => !other.includes(name)).map((name) => [name, config[name as keyof typeof APL_OPTIONS]]));
}

function planned(subject: ClassificationSubject, config: ClassificationConfig, dataset: DataIdentity, variation: Variation): PlannedRun {
  const { activation, optimizer, seed, learningRate, perturbation, epochs, purpose } = variation;
  const tuning = purpose === 'tuning';
  const identity = {
    experiment: subject.experiment,
    model: subject.model,
    dataset: dataset.name,
    dataHash: dataset.hash,
    activation,
    parameters: parseActivation(activation).parameters,
    ...(subject.model === 'resnet50' && { activationSites: config.activationSites }),
    initialization: config.initialization,
    ...(perturbation !== 0 && { perturbation }),
    optimizer,
    learningRate,
    ...(optimizer === 'sgd' && { momentum: config.momentum }),
    epochs,
    steps: config.steps,
    batchSize: config.batchSize,
    evaluationLimit: config.evaluationLimit,
    seed,
    patience: config.patience,
    testWeights: tuning ? 'none' : config.testWeights,
    gradientNorms: tuning ? 'off' : config.gradientNorms,
    threads: config.threads,
    ...aplIdentity(subject, config),
  };
  const depth = subject.model === 'apl-net' ? config.depths.map((each) => `depth${each}`) : [];
  const parts = [dataset.name, ...depth, activation, optimizer, ...(tuning ? [`tuning-rate${learningRate}`] : []), `seed${seed}`, ...(perturbation === 0 ? [] : [`moved${perturbation}`])];
  return { ...variation, id: runId(parts, identity), identity };
}
