import * as fs from 'node:fs';
import * as path from 'node:path';
import { saveBert } from '@cuda-activations/models';
import { storing } from '../runs/atomic';
import type { RunModel } from './model';

/** Where the model of a run is kept. */
export function keptModel(runFolder: string): string {
  return path.join(runFolder, 'model');
}

/** Writes the model of a run as transformers saves one: whole or not at all. @throws StorageError where it cannot be written */
export function keepModel(runFolder: string, { model, config }: Pick<RunModel, 'model' | 'config'>): void {
  const folder = keptModel(runFolder);
  const unfinished = `${folder}.tmp`;
  storing(folder, () => {
    for (const old of [unfinished, folder]) fs.rmSync(old, { recursive: true, force: true });
    saveBert(model, config, unfinished);
    fs.renameSync(unfinished, folder);
  });
}
