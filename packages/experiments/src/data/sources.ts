import * as fs from 'node:fs';
import * as path from 'node:path';
import { messageOf } from '../config/errors';
import { DatasetNotFoundError } from './dataset';
import { cacheData, downloadOfficial } from './download';
import { findFolder, readOfficial, requireFolder } from './files';
import { OFFICIAL, type OfficialDataset, type OfficialFile } from './official';
import { BERT_BASE_UNCASED, fetchSnapshot, findSnapshot, type HubModel } from './text/hub_model';
import { OFFICIAL_TEXTS } from './text/official_texts';

/** How a file of a data set compares with the official release. */
export interface FileCheck {
  readonly file: string;
  /** What is wrong with it; null where nothing is. */
  readonly problem: string | null;
}

/** A data set, or weights, that can be fetched and compared with the official release. */
export interface DataSource {
  readonly name: string;
  readonly title: string;
  /** Bytes of what is downloaded. */
  readonly downloadBytes: number;
  /** Downloads it into the cache where it is not there yet. @returns its folder */
  fetch(): Promise<string>;
  /**
   * Where it lies: in `dataDir`, or else in $CUDA_ACTIVATIONS_DATA or the cache.
   * @returns undefined where it is not at hand
   * @throws DatasetNotFoundError where a named `dataDir` does not hold it
   */
  find(dataDir?: string): Promise<string | undefined>;
  /** Compares every file of its folder with the release. */
  verify(folder: string): FileCheck[];
}

/** Every data set that the experiments know, and the weights. */
export const DATA_SOURCES: readonly DataSource[] = [
  ...Object.entries<OfficialDataset>({ ...OFFICIAL, ...OFFICIAL_TEXTS }).map(([name, set]) => officialSource(name, set)),
  hubSource(BERT_BASE_UNCASED),
];

function officialSource(name: string, set: OfficialDataset): DataSource {
  return {
    name,
    title: set.title,
    downloadBytes: total(set.downloads),
    fetch: () => downloadOfficial(set, { environment: process.env, impatient: false }),
    find: async (dataDir) => {
      if (dataDir !== undefined) return requireFolder(set, dataDir);
      const places = [process.env['CUDA_ACTIVATIONS_DATA'], await cacheData(process.env)].filter((place) => place !== undefined && fs.existsSync(place)) as string[];
      return places.map((place) => findFolder(set, place)).find((folder) => folder !== undefined);
    },
    verify: (folder) => verifyFiles(folder, [...set.train, ...set.test]),
  };
}

function hubSource(model: HubModel): DataSource {
  const { title, files } = model;
  const whole = (folder: string) => files.every(({ name }) => fs.existsSync(path.join(folder, name)));
  return {
    name: title,
    title: `${title}: configuration, vocabulary and weights from the Hugging Face hub`,
    downloadBytes: total(files),
    fetch: () => fetchSnapshot(model, process.env),
    find: (dataDir) => {
      if (dataDir === undefined) return Promise.resolve(findSnapshot(model, process.env));
      const folder = [dataDir, path.join(dataDir, title)].find(whole);
      if (folder !== undefined) return Promise.resolve(folder);
      return Promise.reject(new DatasetNotFoundError(`dataDir: expected ${files.map(({ name }) => name).join(', ')} in ${path.resolve(dataDir)} or in its ${title}/`));
    },
    verify: (folder) => verifyFiles(folder, files),
  };
}

function total(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function verifyFiles(folder: string, files: readonly OfficialFile[]): FileCheck[] {
  return files.map((official) => {
    try {
      return { file: readOfficial(folder, official, 'official').file, problem: null };
    } catch (error) {
      return { file: official.name, problem: messageOf(error) };
    }
  });
}
