import { RunFolder } from '../../runs/run_folder';
import { train, type RunResult, type TrainerOptions, type TrainerState } from '../trainer';
import { ToyOrder, ToyProgram } from './toy_program';

/** Options of a short run. */
export const TOY_OPTIONS: TrainerOptions = {
  epochs: 4,
  steps: 0,
  batchSize: 6,
  evaluationBatch: 0,
  patience: 0,
  testWeights: 'last',
  test: true,
  gradientNorms: 'last',
  checkpointSeconds: 3600,
};

/** Trains the toy program in `folder`, from its checkpoint where there is one. */
export async function toyRun(
  folder: string,
  options: Partial<TrainerOptions> = {},
  { stepMs = 0, interrupted = () => undefined, onStep = () => undefined }: { stepMs?: number; interrupted?: () => NodeJS.Signals | undefined; onStep?: (done: number) => void } = {},
): Promise<RunResult> {
  const run = new RunFolder<TrainerState<number>, RunResult>(folder);
  const unlock = run.open({ toy: true }, {});
  try {
    return await train(new ToyProgram(stepMs), run, new ToyOrder(), (state) => new ToyOrder(state), { ...TOY_OPTIONS, ...options }, { step: onStep, epoch: () => undefined }, interrupted);
  } finally {
    unlock();
  }
}
