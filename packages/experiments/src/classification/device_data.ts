import * as tf from '@cuda-activations/runtime';
import type { ImageDataset, ImageSplit } from '../data/dataset';
import type { Split } from '../random/splits';
import type { EvaluationSplit } from '../train/program';
import { ImageTensor, normalizationOf } from './image_tensor';

/** One part of the data set: labels here, images and labels on the device. */
export interface DevicePart {
  readonly labels: Int32Array;
  readonly images: ImageTensor;
  readonly labelTensor: tf.Tensor1D;
}

/** The three parts of a data set on the device; every run of an experiment uses the same. */
export class DeviceData {
  readonly train: DevicePart;
  readonly #evaluated: Readonly<Record<EvaluationSplit, DevicePart>>;

  /** @param limit validation and test images at most, each; 0: all */
  constructor(
    readonly dataset: ImageDataset,
    split: Split,
    limit: number,
  ) {
    const limited = (positions: Int32Array) => (limit > 0 ? positions.subarray(0, limit) : positions);
    const all = Int32Array.from({ length: dataset.test.count }, (_, i) => i);
    this.train = part(dataset, dataset.train, split.train);
    this.#evaluated = { validation: part(dataset, dataset.train, limited(split.validation)), test: part(dataset, dataset.test, limited(all)) };
  }

  /** An evaluated part. */
  part(split: EvaluationSplit): DevicePart {
    return this.#evaluated[split];
  }

  /** Frees all images. */
  dispose(): void {
    for (const { images, labelTensor } of [this.train, ...Object.values(this.#evaluated)]) {
      images.dispose();
      labelTensor.dispose();
    }
  }
}

function part(dataset: ImageDataset, from: ImageSplit, positions: Int32Array): DevicePart {
  const labels = Int32Array.from(positions, (position) => from.labels[position] ?? 0);
  return {
    labels,
    images: new ImageTensor(from.images, positions, dataset.shape, normalizationOf(dataset.shape)),
    labelTensor: tf.tensor1d(labels, 'int32'),
  };
}
