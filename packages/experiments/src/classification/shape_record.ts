import * as fs from 'node:fs';
import * as path from 'node:path';
import type * as tf from '@cuda-activations/runtime';
import { activationSites } from '@cuda-activations/models';
import type { AplShapes, layers } from 'cuda-activations';
import { makeDirectory, writeFileAtomic } from '../runs/atomic';
import { encodeArrays, readArrays, type StoredArray } from '../runs/safetensors';

/** The learned functions of every site with APL, by the site's name. */
export type SiteShapes = Readonly<Record<string, AplShapes>>;

type AplLayer = ReturnType<typeof layers.apl>;

/** Values of a and b of one site that are recorded at most: hinges by position are too many to keep each epoch. */
const LARGEST = 100_000;

const folderOf = (runFolder: string): string => path.join(runFolder, 'shapes');

/** The hinges of a run's APL layers, before training and after each epoch: `shapes/epoch-<n>.safetensors` in the run's folder. */
export class ShapeRecord {
  readonly #sites: readonly AplLayer[];

  constructor(
    private readonly runFolder: string,
    model: tf.LayersModel,
  ) {
    const sites = activationSites(model).filter((site): site is AplLayer => site.getClassName() === 'AdaptivePiecewiseLinear');
    this.#sites = sites.filter((site) => site.weights.every(({ shape }) => (shape as number[]).reduce((product, size) => product * size, 1) <= LARGEST));
  }

  /** Writes them as they are now; a repeated epoch of a resumed run gives the same file. */
  write(epoch: number): void {
    if (this.#sites.length === 0) return;
    const arrays: Record<string, StoredArray> = {};
    for (const site of this.#sites) {
      const { segments, unitShape, a, b } = site.shapes();
      for (const [name, values] of [['a', a], ['b', b]] as const) arrays[`${site.name}.${name}`] = { shape: [segments, ...unitShape], values };
    }
    makeDirectory(folderOf(this.runFolder));
    writeFileAtomic(path.join(folderOf(this.runFolder), `epoch-${epoch}.safetensors`), encodeArrays(arrays));
  }
}

/** The recorded epochs of a run, in order; none where it has no APL. */
export function recordedEpochs(runFolder: string): number[] {
  const folder = folderOf(runFolder);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .flatMap((name) => { const [, epoch] = /^epoch-(\d+)\.safetensors$/.exec(name) ?? []; return epoch === undefined ? [] : [Number(epoch)]; })
    .sort((a, b) => a - b);
}

/** The shapes of one recorded epoch. */
export function readShapes(runFolder: string, epoch: number): SiteShapes {
  const arrays = readArrays(path.join(folderOf(runFolder), `epoch-${epoch}.safetensors`));
  const sites = new Set(Object.keys(arrays).map((name) => name.slice(0, name.lastIndexOf('.'))));
  return Object.fromEntries(
    [...sites].map((site) => {
      const [a, b] = [arrays[`${site}.a`], arrays[`${site}.b`]];
      if (!a || !b) throw new Error(`${runFolder}: the shapes of epoch ${epoch} lack a or b of ${site}`);
      const [segments = 0, ...unitShape] = a.shape;
      return [site, { segments, unitShape, units: unitShape.reduce((product, size) => product * size, 1), a: a.values as Float32Array, b: b.values as Float32Array }];
    }),
  );
}
