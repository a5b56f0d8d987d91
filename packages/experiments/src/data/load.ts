import { CIFAR10, CIFAR100, readCifar } from './cifar';
import { hashSplits, type DatasetSource, type ImageDataset, type ImageShape, type ImageSplit } from './dataset';
import type { Integrity } from './files';
import { findRelease, type FindOptions } from './find_release';
import { CIFAR10_CLASSES, CIFAR100_CLASSES, MNIST_CLASSES } from './class_names';
import { readMnist } from './idx';
import { OFFICIAL, type OfficialName } from './official';
import type { SyntheticCounts, SyntheticFamily } from './synthetic/synthetic';

/** Values of `--dataset`. */
export const DATASET_CHOICES = ['auto', 'cifar10', 'cifar100', 'mnist', 'synthetic'] as const;
/** A value of `--dataset`. */
export type DatasetChoice = (typeof DATASET_CHOICES)[number];

/** What to load, and from where. */
export interface LoadOptions extends FindOptions {
  /** The experiment's images: `cifar` 32x32x3 (auto: CIFAR-10), `mnist` 28x28x1. */
  readonly family: SyntheticFamily;
  /** `auto` (the default): the data directory, else a download, else the procedural set. A named set never falls back. */
  readonly dataset?: DatasetChoice;
  /** Default `official`. */
  readonly integrity?: Integrity;
  /** Of the procedural set. */
  readonly synthetic?: { readonly counts?: SyntheticCounts; readonly seed?: number };
  /** Receives lines that the user should see; default: none. */
  readonly log?: (line: string) => void;
}

const CHOICES_OF_FAMILY: Readonly<Record<SyntheticFamily, readonly OfficialName[]>> = { cifar: ['cifar10', 'cifar100'], mnist: ['mnist'] };
const CIFAR_SHAPE: ImageShape = [32, 32, 3];
const MNIST_SHAPE: ImageShape = [28, 28, 1];

/**
 * Loads the images of an experiment.
 *
 * @throws DatasetNotFoundError where a named directory does not hold the set
 * @throws DataFileError where a file is missing, truncated, corrupt or mislabelled
 */
export async function loadImageDataset(options: LoadOptions): Promise<ImageDataset> {
  const { family, dataset = 'auto', integrity = 'official', log = () => undefined, ...where } = options;
  if (!DATASET_CHOICES.includes(dataset)) throw new RangeError(`dataset: expected one of ${DATASET_CHOICES.join(', ')}, got ${JSON.stringify(dataset)}`);
  const fitting = CHOICES_OF_FAMILY[family];
  if (dataset === 'synthetic') return synthetic(options);
  if (dataset !== 'auto' && !fitting.includes(dataset)) {
    throw new RangeError(`dataset: this experiment takes ${['auto', ...fitting, 'synthetic'].join(', ')}, got ${dataset}`);
  }
  const name = dataset === 'auto' ? (fitting[0] as OfficialName) : dataset;
  const set = OFFICIAL[name];
  const found = await findRelease(set, dataset !== 'auto', 'images', where);
  if ('missing' in found) {
    log(found.missing);
    return { ...(await synthetic(options)), notes: [found.missing] };
  }
  return read(name, found.folder, found.source, integrity);
}

async function synthetic({ family, synthetic: settings }: LoadOptions): Promise<ImageDataset> {
  // Loads TensorFlow, which must not happen before an experiment has set the threads that it may use.
  const { createSyntheticDataset } = await import('./synthetic/synthetic.js');
  return createSyntheticDataset(family, settings?.counts, settings?.seed);
}

function read(name: OfficialName, folder: string, source: DatasetSource, integrity: Integrity): ImageDataset {
  const { title } = OFFICIAL[name];
  const { train, test, shape, classNames } = READERS[name](folder, integrity);
  const notes = integrity === 'official' ? [] : [`the files of ${folder} were not compared with the official release of ${title}`];
  return { name, title, source, directory: folder, shape, classes: classNames.length, classNames, train, test, hash: hashSplits(shape, train, test), notes };
}

type Reader = (folder: string, integrity: Integrity) => { train: ImageSplit; test: ImageSplit; shape: ImageShape; classNames: readonly string[] };

const READERS: Readonly<Record<OfficialName, Reader>> = {
  cifar10: (folder, integrity) => ({
    train: readCifar(folder, OFFICIAL.cifar10.train, CIFAR10, integrity),
    test: readCifar(folder, OFFICIAL.cifar10.test, CIFAR10, integrity),
    shape: CIFAR_SHAPE,
    classNames: CIFAR10_CLASSES,
  }),
  cifar100: (folder, integrity) => ({
    train: readCifar(folder, OFFICIAL.cifar100.train, CIFAR100, integrity),
    test: readCifar(folder, OFFICIAL.cifar100.test, CIFAR100, integrity),
    shape: CIFAR_SHAPE,
    classNames: CIFAR100_CLASSES,
  }),
  mnist: (folder, integrity) => ({
    train: readMnist(folder, OFFICIAL.mnist.train, integrity),
    test: readMnist(folder, OFFICIAL.mnist.test, integrity),
    shape: MNIST_SHAPE,
    classNames: MNIST_CLASSES,
  }),
};
