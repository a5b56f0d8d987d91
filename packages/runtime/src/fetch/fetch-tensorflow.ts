import type { Artefact } from './artefacts';
import { artefactFolder } from './cache';
import { chosenArtefact, type DeviceChoice } from './device';
import { fetchArtefact, type FetchArtefactOptions, type Purpose } from './fetch-artefact';
import { locateTensorFlow, type TensorFlowLocation } from './locate';

/** Options of `fetchTensorFlow`. */
export interface FetchOptions extends FetchArtefactOptions {
  readonly artefact?: Artefact;
  /** Default: what CUDA_ACTIVATIONS_DEVICE says. */
  readonly device?: DeviceChoice;
}

const purpose: Purpose = {
  title: 'TensorFlow',
  wheelVariable: 'TENSORFLOW_WHEEL',
  waysOut: ['set TENSORFLOW_DIR to the tensorflow folder of an installed TensorFlow 2.21 (site-packages/tensorflow)'],
};

/**
 * Makes sure that TensorFlow lies whole in the cache (see `fetchArtefact`), unless TENSORFLOW_DIR names a folder that has it.
 * @throws an Error that lists what was tried and the ways out.
 */
export async function fetchTensorFlow(options: FetchOptions = {}): Promise<TensorFlowLocation> {
  const environment = options.environment ?? process.env;
  if (environment['TENSORFLOW_DIR']) return locateTensorFlow(options);
  const artefact = options.artefact ?? chosenArtefact(environment, options.device);
  await fetchArtefact(artefact, artefactFolder(artefact, environment), purpose, options);
  return locateTensorFlow({ environment, artefact });
}
