import * as os from 'node:os';

/** The environment that makes TensorFlow use so many threads for one operation; 0: its own choice, all cores. */
export function threadEnvironment(threads: number): Readonly<Record<string, string>> {
  return threads === 0 ? {} : { TF_NUM_INTRAOP_THREADS: String(threads), OMP_NUM_THREADS: String(threads) };
}

/** Sets how many threads one operation uses. TensorFlow reads it once, when its context is made: call before the first tensor. */
export function limitThreads(threads: number): void {
  Object.assign(process.env, threadEnvironment(threads));
}

/** Runs at a time; `processes` 0: as many as there are cores for their threads. */
export function lanesOf({ processes, threads }: { readonly processes: number; readonly threads: number }): number {
  if (processes > 0) return processes;
  const cores = os.availableParallelism();
  return Math.max(1, Math.floor(cores / (threads || cores)));
}
