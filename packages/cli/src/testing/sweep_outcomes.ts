import { SweepFolder, type SweepDefinition } from '@cuda-activations/experiments';

/** Tiny runs with a checkpoint before every step. */
export function tinySweep(items: number, base: SweepDefinition['base'] = {}): SweepDefinition {
  return {
    experiment: 'cnn-cifar',
    base: { dataset: 'synthetic', syntheticTrain: 200, syntheticTest: 32, optimizers: ['adam'], epochs: 2, batchSize: 32, patience: 0, testWeights: 'best', gradientNorms: 'mean', checkpointSeconds: 1e-6, ...base },
    grid: { activations: ['elu', 'relu'], seeds: Array.from({ length: items / 2 }, (_, seed) => seed) },
  };
}

/** Results of every item, without the times. */
export function outcomes(folder: string): unknown[] {
  const sweep = new SweepFolder(folder);
  return sweep.marked('done').map((index) => {
    const { values, runs } = sweep.result(index) ?? { values: {}, runs: [] };
    return { index, values, runs: runs.map(({ id, config, result }) => ({ id, config, result: { ...result, seconds: 0, processorSeconds: 0 } })) };
  });
}
