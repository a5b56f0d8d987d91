import * as path from 'node:path';
import { packageRoot } from '../../config/presets';
import { pythonEnvironment, TENSORFLOW_PEER } from '../python_environment';
import { WorkerProcess } from '../worker_process';
import { programOf, type ArmName } from './arms';
import type { Versions } from './protocol';

/** The running process of an arm. */
export interface ArmProcess {
  readonly arm: ArmName;
  readonly process: Pick<WorkerProcess, 'request' | 'stop'>;
  readonly versions: Versions;
}

/** Where the program was started from sources (jest) there is no JavaScript of the worker beside this file. */
const NODE_WORKER = path.join(packageRoot(), 'dist', 'src', 'bench', 'steps', 'node_worker.js');
const KERAS_WORKER = path.join(packageRoot(), 'python', 'bench_steps_keras.py');

function environmentOf(threads: number): Readonly<Record<string, string>> {
  return { TF_CPP_MIN_LOG_LEVEL: '2', ...(threads > 0 ? { BENCH_THREADS: String(threads), CUDA_ACTIVATIONS_THREADS: String(threads), OMP_NUM_THREADS: String(threads) } : {}) };
}

/** A process of Node that answers the requests of `protocol.ts`. */
export function startNode(name: string, threads: number): WorkerProcess {
  return new WorkerProcess({ name, program: process.execPath, arguments: [NODE_WORKER], environment: environmentOf(threads) });
}

/** Keras's process; its packages are installed if they are not there. */
export async function startKeras(threads: number, print: (line: string) => void): Promise<WorkerProcess> {
  const program = await pythonEnvironment(TENSORFLOW_PEER, print);
  return new WorkerProcess({ name: 'keras', program, arguments: [KERAS_WORKER], environment: environmentOf(threads) });
}

/**
 * Starts the process of each arm.
 * @param threads of one operation; 0: one for each core
 * @throws an Error that says which one does not start, and why; the others are stopped
 */
export async function startArms(arms: readonly ArmName[], threads: number, print: (line: string) => void): Promise<readonly ArmProcess[]> {
  const started: { arm: ArmName; process: WorkerProcess }[] = [];
  for (const arm of arms) started.push({ arm, process: programOf(arm).program === 'keras' ? await startKeras(threads, print) : startNode(arm, threads) });
  try {
    return await Promise.all(started.map(async (each) => ({ ...each, versions: await each.process.request<Versions>({ kind: 'hello' }) })));
  } catch (error) {
    await stopArms(started);
    throw error;
  }
}

export async function stopArms(arms: readonly Pick<ArmProcess, 'process'>[]): Promise<void> {
  await Promise.all(arms.map(({ process: child }) => child.stop()));
}
