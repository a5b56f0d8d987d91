import { authorsRun } from '../reference/authors';
import { classificationOptions, optionsFor, type ClassificationConfig } from '../classification/config';
import { subjectOf, type ClassificationSubject } from '../classification/subject';
import { readPreset } from '../config/presets';
import { resolveOptions } from '../config/resolve';

/** One experiment of a part: a preset of it, and what the list changes. */
interface Entry {
  readonly experiment: string;
  readonly preset: string;
  readonly changes?: Partial<ClassificationConfig>;
  /** Tells it from another entry of the part that has the same experiment. */
  readonly suffix?: string;
}

/** Amounts that the first weight of copies is moved by. */
const MOVED = [0, 1e-6, -1e-6, 2e-6, -2e-6, 3e-6, -3e-6, 4e-6];
/** Epochs of the authors' run of the CNN on MNIST, leaky ReLU with Adam. */
const LEAKY_RELU_EPOCHS = authorsRun('cnn-mnist', 'adam', 'leaky_relu')?.epochs.length ?? NaN;

const both = (network: string, preset: string, changes: Partial<ClassificationConfig> = {}): readonly Entry[] =>
  ['mnist', 'cifar'].map((family) => ({ experiment: `${network}-${family}`, preset, changes }));

/** The parts of the list, by the name that `--only` takes. */
const PARTS = {
  /** All 20 runs of section 3.1. */
  'cnn-faithful': both('cnn', 'paper'),
  /** Copies moved by rounding of the runs of section 3.1 that end, or begin, outside a mark; of one also for the epochs of its log. */
  'cnn-spread': [
    { experiment: 'cnn-mnist', preset: 'paper', changes: { activations: ['leaky_relu'], optimizers: ['adam'], perturbations: MOVED } },
    { experiment: 'cnn-mnist', preset: 'paper', changes: { activations: ['leaky_relu'], optimizers: ['adam'], perturbations: MOVED, epochs: LEAKY_RELU_EPOCHS }, suffix: 'as-long' },
    { experiment: 'cnn-cifar', preset: 'paper', changes: { activations: ['leaky_relu', 'selu'], optimizers: ['adam'], perturbations: MOVED } },
  ],
  /** Epoch 1 of ResNet-50 and of copies moved by rounding: all five activations on MNIST; two on CIFAR-10, more often, for four copies leave one of their logs outside. */
  'resnet-spread': [
    { experiment: 'resnet-mnist', preset: 'spread' },
    { experiment: 'resnet-cifar', preset: 'spread', changes: { activations: ['relu', 'sigmoid'], perturbations: MOVED } },
  ],
  /** Two of the 20 runs of section 3.2, to their end. */
  'resnet-faithful': [{ experiment: 'resnet-mnist', preset: 'paper', changes: { activations: ['sigmoid', 'relu'], optimizers: ['sgd'] } }],
  /** The section 3.1 as it should have been done. */
  'cnn-corrected': both('cnn', 'corrected'),
  /** Everything else of section 3.2; days on a CPU. */
  'resnet-rest': [...both('resnet', 'paper'), { experiment: 'resnet-cifar', preset: 'spread', suffix: 'spread' }],
  /** The section 3.2 as it should have been done; days on a CPU. */
  'resnet-corrected': both('resnet', 'corrected'),
} satisfies Readonly<Record<string, readonly Entry[]>>;

/** Name of a part. */
export type PartName = keyof typeof PARTS;
/** Names of the parts. */
export const PART_NAMES = Object.keys(PARTS) as [PartName, ...PartName[]];

/** One experiment of the list, resolved. */
export interface ListedPart {
  readonly part: PartName;
  /** Its name in the report: `cnn-faithful-mnist`. */
  readonly section: string;
  readonly subject: ClassificationSubject;
  readonly preset: string;
  readonly config: ClassificationConfig;
}

/** What `--short` makes of every preset. */
const SHORT: Partial<ClassificationConfig> = {
  dataset: 'synthetic', syntheticTrain: 320, syntheticTest: 64, evaluationLimit: 32, epochs: 2, steps: 2, batchSize: 16, tuningEpochs: 1, activations: ['relu', 'sigmoid'], processes: 1, threads: 0,
};

/**
 * The experiments of some parts with their full configuration.
 * @param common options of all: where data and runs lie
 */
export function listedParts(names: readonly PartName[], common: Pick<ClassificationConfig, 'dataDir' | 'runsDir' | 'force'>, short: boolean): ListedPart[] {
  return names.flatMap((part) =>
    PARTS[part].map(({ experiment, preset, changes = {}, suffix }: Entry) => {
      const subject = subjectOf(experiment);
      const values = readPreset(experiment, preset);
      const shortened = short ? { ...SHORT, ...shorter(values, 'seeds', 2), ...shorter(values, 'sgdRates', 2), ...shorter(values, 'adamRates', 2), ...shorter(changes, 'perturbations', 2) } : { dataset: subject.family === 'mnist' ? 'mnist' : 'cifar10' };
      const sources = [{ name: `preset ${preset}`, values }, { name: 'list', values: { ...changes, ...common, ...shortened } }];
      const config = classificationOptions.parse(resolveOptions(optionsFor(subject.model), sources));
      return { part, section: [part, subject.family, ...(suffix === undefined ? [] : [suffix])].join('-'), subject, preset, config };
    }),
  );
}

/** The first values of a list, where the preset has it. */
function shorter(values: Readonly<Record<string, unknown>>, key: string, count: number): Readonly<Record<string, unknown>> {
  const list = values[key];
  return Array.isArray(list) ? { [key]: (list as unknown[]).slice(0, count) } : {};
}
