import * as path from 'node:path';
import { packageRoot } from '../../config/presets';
import { pythonEnvironment, TENSORFLOW_PEER, TORCH_PEER } from '../python_environment';
import { WorkerProcess } from '../worker_process';
import type { Memory } from './options';
import type { WorkerVersions } from './worker_protocol';

/** A process that measures, and what it runs on. */
export interface BenchWorker {
  readonly process: WorkerProcess;
  readonly threads: number;
  readonly versions: WorkerVersions;
}

/**
 * glibc gives large blocks back to the system when they are freed, and each new one costs a page fault every 4 kB: about
 * 1.5 ns an element, more than most activations. These settings keep them.
 */
const REUSED_MEMORY = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: String(2 ** 40), MALLOC_TOP_PAD_: String(2 ** 28), MALLOC_ARENA_MAX: '1' };

function environmentOf(threads: number, memory: Memory): Readonly<Record<string, string>> {
  const count = String(threads);
  return {
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: count,
    OMP_NUM_THREADS: count,
    CUDA_ACTIVATIONS_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...(memory === 'reused' ? REUSED_MEMORY : {}),
  };
}

/** Where the process was started from sources (jest) there is no JavaScript of the worker beside this file. */
const NODE_WORKER = path.join(packageRoot(), 'dist', 'src', 'bench', 'kernels', 'node_worker.js');

/**
 * Starts the processes: one of Node for each number of threads, and with `peers` one of each Python library.
 * @throws an Error that says which one does not start, and why
 */
export async function startWorkers(threads: readonly number[], memory: Memory, peers: boolean, print: (line: string) => void): Promise<readonly BenchWorker[]> {
  const commands = threads.map((count) => ({ name: `node, ${count} thread${count === 1 ? '' : 's'}`, program: process.execPath, arguments: [NODE_WORKER], threads: count }));
  if (peers) {
    for (const [packages, script] of [[TORCH_PEER, 'bench_kernels_torch.py'], [TENSORFLOW_PEER, 'bench_kernels_tensorflow.py']] as const) {
      const python = await pythonEnvironment(packages, print);
      const file = path.join(packageRoot(), 'python', script);
      commands.push(...threads.map((count) => ({ name: `${packages.name}, ${count} thread${count === 1 ? '' : 's'}`, program: python, arguments: [file], threads: count })));
    }
  }
  const started: { process: WorkerProcess; threads: number }[] = [];
  try {
    for (const { threads: count, ...command } of commands) started.push({ process: new WorkerProcess({ ...command, environment: environmentOf(count, memory) }), threads: count });
    return await Promise.all(started.map(async (worker) => ({ ...worker, versions: await worker.process.request<WorkerVersions>({ kind: 'hello' }) })));
  } catch (error) {
    await Promise.all(started.map(({ process: child }) => child.stop()));
    throw error;
  }
}
