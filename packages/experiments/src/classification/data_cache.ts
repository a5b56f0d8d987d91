import type { ImageDataset } from '../data/dataset';
import { loadImageDataset } from '../data/load';
import { DEFAULT_SYNTHETIC_COUNTS } from '../data/synthetic/synthetic';
import { isApl, type ClassificationConfig } from './config';
import { DeviceData } from './device_data';
import { normalizationOf } from './image_tensor';
import { splitOf } from './split';
import type { ClassificationSubject } from './subject';

/** Loads the images of an experiment; `print` gets what the user should see. */
export function loadDataset(subject: ClassificationSubject, config: ClassificationConfig, print: (line: string) => void): Promise<ImageDataset> {
  const counts = { train: config.syntheticTrain || DEFAULT_SYNTHETIC_COUNTS.train, test: config.syntheticTest || DEFAULT_SYNTHETIC_COUNTS.test };
  return loadImageDataset({
    family: subject.family,
    dataset: config.dataset,
    integrity: config.integrity,
    ...(config.dataDir !== null && { dataDir: config.dataDir }),
    synthetic: { counts },
    log: print,
  });
}

/** The images of the latest run: the data set in memory, and its split on the device. Runs that follow each other mostly share both. */
export class DataCache {
  #dataset: { readonly key: string; readonly dataset: ImageDataset } | undefined;
  #device: { readonly key: string; readonly data: DeviceData } | undefined;

  /** The data set of an experiment. */
  async dataset(subject: ClassificationSubject, config: ClassificationConfig, print: (line: string) => void = () => undefined): Promise<ImageDataset> {
    const { dataset, dataDir, integrity, syntheticTrain, syntheticTest } = config;
    const key = JSON.stringify([subject.family, dataset, dataDir, integrity, syntheticTrain, syntheticTest]);
    if (this.#dataset?.key !== key) {
      this.dispose();
      this.#dataset = { key, dataset: await loadDataset(subject, config, print) };
    }
    return this.#dataset.dataset;
  }

  /** Its split by a seed, on the device. It belongs to the cache. */
  async device(subject: ClassificationSubject, config: ClassificationConfig, seed: number): Promise<DeviceData> {
    const dataset = await this.dataset(subject, config);
    const { evaluationLimit: limit, evaluatedOn, trainLimit } = config;
    // Where nothing is kept for validation, every seed has the same images.
    const key = JSON.stringify([evaluatedOn === 'test' ? null : seed, limit, evaluatedOn, trainLimit, isApl(subject.model)]);
    if (this.#device?.key !== key) {
      this.#device?.data.dispose();
      this.#device = undefined;
      this.#device = { key, data: new DeviceData(dataset, splitOf(dataset, config, seed), { limit, evaluatedOn, normalization: normalizationOf(dataset.shape, isApl(subject.model)) }) };
    }
    return this.#device.data;
  }

  /** Frees the device's memory. */
  dispose(): void {
    this.#device?.data.dispose();
    this.#device = undefined;
  }
}
