import * as fs from 'node:fs';
import * as path from 'node:path';
import { ACTIVATION_IMPLEMENTATIONS, TorchGenerator, type ActivationImplementation } from '@cuda-activations/models';
import { makeDirectory, writeFileAtomic } from '../runs/atomic';
import { runId } from '../runs/run_id';
import type { StepTiming } from './report/rows';
import { hasStockForm } from './activations';
import type { DeviceData } from './device_data';
import { createModel, type ModelSpecification } from './model';
import { createOptimizer, type OptimizerOptions } from './optimizer';
import { ClassifierProgram } from './program';

/** Steps before the measurement: the first records the graph, the second makes TensorFlow's buffers. */
const WARM_UP = 2;

/**
 * Times a training step with the fused activation and, where there is one, with the stock one: same weights, same batches, the two alternating in one
 * process, so that whatever else the machine does falls on both.
 *
 * @param specification the model; its `implementation` is replaced by each of the two
 * @param pause lets signals in between steps; may throw to stop
 */
export async function timeSteps(
  specification: ModelSpecification,
  optimizer: OptimizerOptions,
  data: DeviceData,
  batchSize: number,
  samples: number,
  pause: () => Promise<void>,
): Promise<StepTiming> {
  const implementations = hasStockForm(specification.activation) ? ACTIVATION_IMPLEMENTATIONS : (['fused'] as const);
  const arms = implementations.map((implementation: ActivationImplementation) => ({
    implementation,
    program: new ClassifierProgram(createModel({ ...specification, implementation }, new TorchGenerator(specification.seed)), createOptimizer(optimizer), data),
    times: [] as number[],
  }));
  try {
    const count = data.train.labels.length;
    for (let i = 0; i < WARM_UP + samples; i++) {
      const positions = Int32Array.from({ length: Math.min(batchSize, count) }, (_, j) => (i * batchSize + j) % count);
      // The order changes from round to round: neither arm always runs on the caches that the other left.
      for (const arm of i % 2 === 0 ? arms : [...arms].reverse()) {
        await pause();
        const start = performance.now();
        await arm.program.trainStep(positions, false);
        if (i >= WARM_UP) arm.times.push(performance.now() - start);
      }
    }
    const of = (name: ActivationImplementation) => {
      const arm = arms.find(({ implementation }) => implementation === name);
      return arm ? median(arm.times) : null;
    };
    return { activation: specification.activation, fusedMs: of('fused') ?? NaN, stockMs: of('stock'), samples };
  } finally {
    for (const { program } of arms) program.dispose();
  }
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Measured timings of an experiment: `runs/<experiment>/timing/`, so that a repeated command does not measure again. */
export class TimingStore {
  constructor(private readonly folder: string) {}

  /** The timing of `identity`, from disk or by `measure`. */
  async get(activation: string, identity: unknown, again: boolean, measure: () => Promise<StepTiming>): Promise<StepTiming> {
    const kept = again ? undefined : this.find(activation, identity);
    if (kept) return kept;
    const timing = await measure();
    makeDirectory(this.folder);
    writeFileAtomic(this.#file(activation, identity), `${JSON.stringify(timing)}\n`);
    return timing;
  }

  /** The timing of `identity` as far as it was measured. */
  find(activation: string, identity: unknown): StepTiming | undefined {
    const file = this.#file(activation, identity);
    return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as StepTiming) : undefined;
  }

  #file(activation: string, identity: unknown): string {
    return path.join(this.folder, `${runId([activation], identity)}.json`);
  }
}
