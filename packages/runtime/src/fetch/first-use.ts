import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Environment } from './cache';
import { deviceChoice } from './device';
import { locateTensorFlow, type TensorFlowLocation } from './locate';

export const FETCH_VARIABLE = 'CUDA_ACTIVATIONS_FETCH';
const choices = ['auto', 'never'];

/** Whether a missing TensorFlow may be downloaded unasked: never one of a user's own, nor the 3.4 GB of the GPU build. */
export function mayFetch(environment: Environment = process.env): boolean {
  const choice = environment[FETCH_VARIABLE] || 'auto';
  if (!choices.includes(choice)) throw new Error(`${FETCH_VARIABLE}: expected one of ${choices.join(', ')}, got "${choice}"`);
  return choice === 'auto' && !environment['TENSORFLOW_DIR'] && deviceChoice(environment) !== 'gpu';
}

/**
 * Finds TensorFlow as `locateTensorFlow` does, and fetches it at the first use of an installed package. An import is synchronous, which a download is
 * not: it runs in a process of its own.
 * @throws an Error with the ways out where it is not there in the end.
 */
export function tensorFlowAtFirstUse(): TensorFlowLocation {
  try {
    return locateTensorFlow();
  } catch (error) {
    const command = path.join(__dirname, 'cli.js');
    if (!fs.existsSync(command) || !mayFetch()) throw error;
    process.stderr.write(`TensorFlow is fetched, once for all projects of this user; ${FETCH_VARIABLE}=never prevents it.\n`);
    const { status } = spawnSync(process.execPath, [command], { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error('TensorFlow could not be fetched; the lines above say why', { cause: error });
    return locateTensorFlow();
  }
}
