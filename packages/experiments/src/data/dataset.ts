import { createHash } from 'node:crypto';

/** Images with their labels. */
export interface ImageSplit {
  /** Pixels 0..255, shape [count, height, width, channels]. */
  readonly images: Uint8Array;
  /** Class of each image, 0 to classes - 1. */
  readonly labels: Int32Array;
  readonly count: number;
}

/** Height, width and channels of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Where the images of a run come from. */
export type DatasetSource = 'directory' | 'download' | 'synthetic';

/** An image classification set in memory. */
export interface ImageDataset {
  readonly name: 'cifar10' | 'cifar100' | 'mnist' | 'synthetic-cifar' | 'synthetic-mnist';
  /** For titles and tables; says so where the images are procedural. */
  readonly title: string;
  readonly source: DatasetSource;
  /** The folder of the files; null for the procedural set. */
  readonly directory: string | null;
  readonly shape: ImageShape;
  readonly classes: number;
  readonly classNames: readonly string[];
  readonly train: ImageSplit;
  readonly test: ImageSplit;
  /** SHA-256 over shape, pixels and labels: equal for equal images, whatever files they came from. */
  readonly hash: string;
  /** What a reader of the results must know: a fallback, files that differ from the official ones. */
  readonly notes: readonly string[];
}

/** @returns the content hash of a data set, see {@link ImageDataset.hash}. */
export function hashSplits(shape: ImageShape, ...splits: readonly ImageSplit[]): string {
  const hash = createHash('sha256').update(shape.join('x'));
  for (const { images, labels, count } of splits) {
    hash.update(`;${count};`).update(images).update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }
  return hash.digest('hex');
}

/** A data file that is not what it should be; the message names the file, what was expected and what was found. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError';

  constructor(
    readonly file: string,
    problem: string,
  ) {
    super(`${file}: ${problem}`);
  }
}

/** A data set that is not where it was looked for. */
export class DatasetNotFoundError extends Error {
  override readonly name = 'DatasetNotFoundError';
}
