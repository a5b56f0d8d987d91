import * as path from 'node:path';
import { packageRoot } from '../../config/presets';
import { pythonEnvironment, TENSORFLOW_PEER, TORCH_PEER } from '../python_environment';
import { WorkerProcess } from '../worker_process';
import { isPython, programOf, type ArmName, type PythonProgram } from './arms';
import type { Versions } from './protocol';

/** The running process of an arm. */
export interface ArmProcess {
  readonly arm: ArmName;
  readonly process: Pick<WorkerProcess, 'request' | 'stop'>;
  readonly versions: Versions;
}

/** Where the program was started from sources (jest) there is no JavaScript of the worker beside this file. */
const NODE_WORKER = path.join(packageRoot(), 'dist', 'src', 'bench', 'steps', 'node_worker.js');
const PYTHON_WORKERS = { keras: { packages: TENSORFLOW_PEER, script: 'bench_steps_keras.py' }, torch: { packages: TORCH_PEER, script: 'bench_steps_torch.py' } } as const;

function environmentOf(threads: number): Readonly<Record<string, string>> {
  return { TF_CPP_MIN_LOG_LEVEL: '2', ...(threads > 0 ? { BENCH_THREADS: String(threads), CUDA_ACTIVATIONS_THREADS: String(threads), OMP_NUM_THREADS: String(threads) } : {}) };
}

/** A process of Node that answers the requests of `protocol.ts`. */
export function startNode(name: string, threads: number): WorkerProcess {
  return new WorkerProcess({ name, program: process.execPath, arguments: [NODE_WORKER], environment: environmentOf(threads) });
}

/** Keras's or PyTorch's process; its packages are installed if they are not there. */
export async function startPython(name: PythonProgram, threads: number, print: (line: string) => void): Promise<WorkerProcess> {
  const { packages, script } = PYTHON_WORKERS[name];
  const program = await pythonEnvironment(packages, print);
  return new WorkerProcess({ name, program, arguments: [path.join(packageRoot(), 'python', script)], environment: environmentOf(threads) });
}

/**
 * Starts the process of each arm.
 * @param threads of one operation; 0: one for each core
 * @throws an Error that says which one does not start, and why; the others are stopped
 */
export async function startArms(arms: readonly ArmName[], threads: number, print: (line: string) => void): Promise<readonly ArmProcess[]> {
  const started: { arm: ArmName; process: WorkerProcess }[] = [];
  try {
    for (const arm of arms) {
      const { program } = programOf(arm);
      started.push({ arm, process: isPython(program) ? await startPython(program, threads, print) : startNode(arm, threads) });
    }
    return await Promise.all(started.map(async (each) => ({ ...each, versions: await each.process.request<Versions>({ kind: 'hello' }) })));
  } catch (error) {
    await stopArms(started);
    throw error;
  }
}

export async function stopArms(arms: readonly Pick<ArmProcess, 'process'>[]): Promise<void> {
  await Promise.all(arms.map(({ process: child }) => child.stop()));
}
