import { alternate, type Arm } from '../alternate';
import { median, summarise } from '../statistics';
import type { ArmName } from './arms';
import type { ArmProcess } from './processes';
import type { MemoryAnswer, RunAnswer, StepRequest, StepSubject } from './protocol';
import { rowsOf, type MeasuredArm, type StepRow } from './rows';

export interface MeasureOptions {
  readonly batchSize: number;
  readonly samples: number;
  readonly sampleMs: number;
  readonly warmupMs: number;
  /** Called between samples; may throw to stop. */
  readonly pause: () => void;
}

/** Losses of an arm's first steps, one for each step, before its update. */
export interface FirstLosses {
  readonly arm: ArmName;
  readonly loss: readonly number[];
}

export interface ModelResult {
  readonly rows: readonly StepRow[];
  readonly losses: readonly FirstLosses[];
}

/** Steps whose losses are compared. */
export const COMPARED_STEPS = 5;
/** A warm-up ends after this many steps at the latest: the shortest ones have long been compiled by then. */
const WARMUP_STEPS = 300;

/** Copies that the spread of the losses is taken from. */
const COPIES = 3;

/** Losses of the first steps of copies of ours that start from weights a unit in the last place away, from a process that measures nothing. */
export async function copiesOfOurs(process: ArmProcess['process'], subject: StepSubject): Promise<readonly (readonly number[])[]> {
  const losses: (readonly number[])[] = [];
  for (let nudge = 1; nudge <= COPIES; nudge++) {
    await request({ process }, { kind: 'prepare', arm: 'ours', subject: { ...subject, nudge } });
    losses.push((await request<RunAnswer>({ process }, { kind: 'run', steps: COMPARED_STEPS })).loss);
  }
  return losses;
}

/** Trains each arm for some steps that show that all do the same, warms them up, and measures them in turn. */
export async function measureModel(subject: StepSubject, processes: readonly ArmProcess[], options: MeasureOptions): Promise<ModelResult> {
  const losses: FirstLosses[] = [];
  for (const arm of processes) {
    options.pause();
    await request(arm, { kind: 'prepare', arm: arm.arm, subject });
    losses.push({ arm: arm.arm, loss: (await request<RunAnswer>(arm, { kind: 'run', steps: COMPARED_STEPS })).loss });
    await warmUp(arm, options.warmupMs);
  }
  const arms = processes.map(stepArm);
  const measured = await alternate(arms, options);
  const results: MeasuredArm[] = [];
  for (const [i, arm] of processes.entries()) {
    const measurement = measured.get(arm.arm);
    const { peakMB, keptMB } = await request<MemoryAnswer>(arm, { kind: 'memory' });
    const { steps = [], processor = [] } = arms[i] ?? {};
    // Before its samples an arm was tried for how often it runs in one.
    if (measurement) results.push({ arm: arm.arm, measurement, processor: summarise(processor.slice(-measurement.samples.length)), minMs: Math.min(...steps), peakMemoryMB: peakMB, keptMB });
  }
  return { rows: rowsOf(subject, options.batchSize, results), losses };
}

export function request<Answer>({ process: child }: Pick<ArmProcess, 'process'>, message: StepRequest): Promise<Answer> {
  return child.request<Answer>({ ...message });
}

async function warmUp(arm: ArmProcess, warmupMs: number): Promise<void> {
  let ms = 0;
  for (let steps = 0; ms < warmupMs && steps < WARMUP_STEPS; steps++) {
    const { ms: [last = 0] } = await request<RunAnswer>(arm, { kind: 'run', steps: 1 });
    ms += last;
  }
}

/** A sample is the median of its steps: the first one after another process ran finds cold caches. */
function stepArm(arm: ArmProcess): Arm<ArmName> & { readonly steps: readonly number[]; readonly processor: readonly number[] } {
  const steps: number[] = [];
  const processor: number[] = [];
  return {
    name: arm.arm,
    steps,
    processor,
    run: async (iterations) => {
      const { ms, processorMs } = await request<RunAnswer>(arm, { kind: 'run', steps: iterations });
      steps.push(...ms);
      processor.push(median(processorMs));
      return median(ms) * iterations;
    },
  };
}
