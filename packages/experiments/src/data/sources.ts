import * as fs from 'node:fs';
import { messageOf } from '../config/errors';
import { cacheData, downloadOfficial } from './download';
import { findFolder, readOfficial, requireFolder } from './files';
import { OFFICIAL, type OfficialDataset } from './official';

/** How a file of a data set compares with the official release. */
export interface FileCheck {
  readonly file: string;
  /** What is wrong with it; null where nothing is. */
  readonly problem: string | null;
}

/** A data set that can be fetched and compared with its official release. */
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

/** Every data set that the experiments know. */
export const DATA_SOURCES: readonly DataSource[] = Object.entries<OfficialDataset>(OFFICIAL).map(([name, set]) => officialSource(name, set));

function officialSource(name: string, set: OfficialDataset): DataSource {
  return {
    name,
    title: set.title,
    downloadBytes: set.downloads.reduce((sum, { size }) => sum + size, 0),
    fetch: () => downloadOfficial(set, { environment: process.env, impatient: false }),
    find: async (dataDir) => {
      if (dataDir !== undefined) return requireFolder(set, dataDir);
      const places = [process.env['CUDA_ACTIVATIONS_DATA'], await cacheData(process.env)].filter((place) => place !== undefined && fs.existsSync(place)) as string[];
      return places.map((place) => findFolder(set, place)).find((folder) => folder !== undefined);
    },
    verify: (folder) =>
      [...set.train, ...set.test].map((official) => {
        try {
          return { file: readOfficial(folder, official, 'official').file, problem: null };
        } catch (error) {
          return { file: official.name, problem: messageOf(error) };
        }
      }),
  };
}
