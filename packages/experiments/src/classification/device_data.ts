import * as tf from '@cuda-activations/runtime';
import type { ImageDataset, ImageSplit } from '../data/dataset';
import type { Split } from '../random/splits';
import type { EvaluationSplit } from '../train/program';
import type { ClassificationConfig } from './config';
import { ImageTensor, type Normalization } from './image_tensor';

/** One part of the data set: labels here, images and labels on the device. */
export interface DevicePart {
  readonly labels: Int32Array;
  readonly images: ImageTensor;
  readonly labelTensor: tf.Tensor1D;
}

/** How the parts are made. */
export interface DeviceDataOptions {
  /** Validation and test images at most, each; 0: all. */
  readonly limit: number;
  /** `test`: the test images stand in for those of validation. */
  readonly evaluatedOn: ClassificationConfig['evaluatedOn'];
  readonly normalization: Normalization;
}

/** The three parts of a data set on the device; every run of an experiment uses the same. */
export class DeviceData {
  readonly train: DevicePart;
  readonly #evaluated: Readonly<Record<EvaluationSplit, DevicePart>>;

  constructor(
    readonly dataset: ImageDataset,
    split: Split,
    { limit, evaluatedOn, normalization }: DeviceDataOptions,
  ) {
    const limited = (positions: Int32Array) => (limit > 0 ? positions.subarray(0, limit) : positions);
    const part = (from: ImageSplit, positions: Int32Array) => devicePart(dataset, from, positions, normalization);
    const all = Int32Array.from({ length: dataset.test.count }, (_, i) => i);
    this.train = part(dataset.train, split.train);
    const test = part(dataset.test, limited(all));
    this.#evaluated = { validation: evaluatedOn === 'test' ? test : part(dataset.train, limited(split.validation)), test };
  }

  /** An evaluated part. */
  part(split: EvaluationSplit): DevicePart {
    return this.#evaluated[split];
  }

  /** Frees all images. */
  dispose(): void {
    for (const { images, labelTensor } of new Set([this.train, ...Object.values(this.#evaluated)])) {
      images.dispose();
      labelTensor.dispose();
    }
  }
}

function devicePart(dataset: ImageDataset, from: ImageSplit, positions: Int32Array, normalization: Normalization): DevicePart {
  const labels = Int32Array.from(positions, (position) => from.labels[position] ?? 0);
  return {
    labels,
    images: new ImageTensor(from.images, positions, dataset.shape, normalization),
    labelTensor: tf.tensor1d(labels, 'int32'),
  };
}
