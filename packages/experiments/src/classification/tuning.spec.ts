import { chooseRates } from './tuning';
import type { PlannedRun } from './plan';

const tried = (activation: string, learningRate: number, bestValLoss: number | null) => ({
  plan: { activation, optimizer: 'sgd', learningRate } as PlannedRun,
  result: { test: null, epochs: 1, bestEpoch: 1, bestValLoss, stoppedEarly: false, seconds: 1, processorSeconds: 1 },
});

test('the lowest validation loss wins, of equal ones the lower rate; a diverged rate never', () => {
  const [relu, elu] = chooseRates([tried('relu', 0.1, null), tried('relu', 0.01, 1.2), tried('relu', 0.001, 1.4), tried('elu', 0.01, 1), tried('elu', 0.001, 1)]);
  expect(relu).toMatchObject({ activation: 'relu', learningRate: 0.01, atEdge: false });
  expect(relu?.tried.map(({ learningRate }) => learningRate)).toEqual([0.001, 0.01, 0.1]);
  expect(elu).toMatchObject({ learningRate: 0.001, atEdge: true });
});

test('nothing is chosen where everything diverged', () => {
  expect(() => chooseRates([tried('relu', 1, null), tried('relu', 10, null)])).toThrow('learning rates: every one that was tried for relu with sgd diverged (1, 10); try lower ones');
});
