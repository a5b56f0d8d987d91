import * as fs from 'node:fs';
import * as path from 'node:path';
import { fetchCommand } from '../binding/native-files';
import type { Artefact } from './artefacts';
import { artefactFolder, COMPLETE, type Environment } from './cache';
import { chosenArtefact, type DeviceChoice } from './device';

/** TensorFlow on this machine. */
export interface TensorFlowLocation {
  /** Folder of the libraries (the wheel's `tensorflow/`). */
  readonly directory: string;
  readonly includeDirectory: string;
  /** Absolute paths in load order: framework first, then the C++ library that exports the C API. */
  readonly libraries: readonly string[];
}

/** How the places are found; all optional. */
export interface LocateOptions {
  readonly environment?: Environment;
  readonly artefact?: Artefact;
  /** Default: what CUDA_ACTIVATIONS_DEVICE says. */
  readonly device?: DeviceChoice;
}

/**
 * Finds TensorFlow: the folder that `TENSORFLOW_DIR` names (the folder of the libraries, or its parent), else the per-user cache.
 * @throws an Error that says where it looked and how to get TensorFlow there.
 */
export function locateTensorFlow(options: LocateOptions = {}): TensorFlowLocation {
  const environment = options.environment ?? process.env;
  const own = environment['TENSORFLOW_DIR'];
  if (own) return locateIn(own, options.artefact);
  const artefact = options.artefact ?? chosenArtefact(environment, options.device);
  const folder = artefactFolder(artefact, environment);
  const location = placesIn(folder, artefact.libraries, artefact.include);
  const missing = [path.join(folder, COMPLETE), ...location.libraries].find((file) => !fs.existsSync(file));
  if (missing !== undefined) {
    throw new Error(
      `TensorFlow is not in the cache: ${missing} is missing. Run "${fetchCommand}${artefact.folder.includes('-gpu-') ? ' --device=gpu' : ''}", ` +
        'or set CUDA_ACTIVATIONS_CACHE to a cache that has it, or TENSORFLOW_DIR to a TensorFlow folder of your own.',
    );
  }
  return location;
}

const libraryNames = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'] as const;

function locateIn(own: string, artefact: Artefact | undefined): TensorFlowLocation {
  const names = artefact?.libraries.map((library) => path.basename(library)) ?? libraryNames;
  for (const candidate of [path.resolve(own), path.resolve(own, 'tensorflow')]) {
    if (names.every((name) => fs.existsSync(path.join(candidate, name)))) return placesIn(candidate, names, 'include');
  }
  throw new Error(`TENSORFLOW_DIR=${own}: neither it nor its folder "tensorflow" holds ${names.join(' and ')}`);
}

function placesIn(folder: string, libraries: readonly string[], include: string): TensorFlowLocation {
  const [first = ''] = libraries;
  return {
    directory: path.dirname(path.join(folder, first)),
    includeDirectory: path.join(folder, include),
    libraries: libraries.map((library) => path.join(folder, library)),
  };
}
