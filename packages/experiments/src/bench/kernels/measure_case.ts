import { alternate, type Arm } from '../alternate';
import { median } from '../statistics';
import { disagreements } from './agreement';
import { CHANNELS, SEGMENTS, type BenchCase } from './cases';
import { OPERANDS } from './inputs';
import type { Memory } from './options';
import { rowsOf, type BenchRow, type MeasuredArm } from './rows';
import type { PreparedArm, RunAnswer, WorkerRequest } from './worker_protocol';
import type { BenchWorker } from './workers';

export interface MeasureOptions {
  readonly memory: Memory;
  readonly samples: number;
  readonly sampleMs: number;
  /** Called between samples; may throw to stop. */
  readonly pause: () => void;
}

/** The rows of one case, and the arms that do not compute what the others do. */
export interface CaseResult {
  readonly rows: readonly BenchRow[];
  readonly disagreements: readonly string[];
}

type CaseArm = Arm & { readonly worker: BenchWorker; readonly prepared: PreparedArm; readonly faults: number[] };

/** Measures every arm of every worker in turn. */
export async function measureCase(bench: BenchCase, workers: readonly BenchWorker[], options: MeasureOptions): Promise<CaseResult> {
  const arms: CaseArm[] = [];
  for (const worker of workers) {
    const request: WorkerRequest = { kind: 'prepare', bench, operands: OPERANDS, channels: CHANNELS, segments: SEGMENTS };
    for (const prepared of await worker.process.request<readonly PreparedArm[]>({ ...request })) arms.push(caseArm(worker, prepared));
  }
  const measured = await alternate(arms, options);
  const results = arms.flatMap(({ name, worker, prepared, faults }): MeasuredArm[] => {
    const measurement = measured.get(name);
    return measurement ? [{ arm: prepared.arm, threads: worker.threads, measurement, pageFaultsPerCall: median(faults), kernels: prepared.kernels }] : [];
  });
  const probed = arms.flatMap(({ prepared: { arm, probe } }) => (probe ? [{ arm, probe }] : []));
  return { rows: rowsOf(bench, options.memory, results), disagreements: disagreements(probed, bench.dtype) };
}

function caseArm(worker: BenchWorker, prepared: PreparedArm): CaseArm {
  const faults: number[] = [];
  return {
    name: `${prepared.arm} ${worker.threads}`,
    worker,
    prepared,
    faults,
    run: async (iterations) => {
      const request: WorkerRequest = { kind: 'run', arm: prepared.arm, iterations };
      const { ms, pageFaults } = await worker.process.request<RunAnswer>({ ...request });
      faults.push(pageFaults / iterations);
      return ms;
    },
  };
}
