import * as tf from '@cuda-activations/runtime';
import { ratesAt, Schedule } from './schedule';

// CIFAR-10 in Agostinelli et al.: 0.01 to 60,000 of 90,000 steps, 0.001 to 80,000, 1e-4 to 85,000, 1e-5; momentum 0.5 to 0.9.
const options = { learningRate: 0.01, momentum: 0.9, momentumStart: 0.5, rateDrops: [60 / 90, 80 / 90, 85 / 90] };

test.each([
  [0, 0.01, 0.5],
  [10_000, 0.01, 0.9 - 0.4 / Math.E],
  [59_999, 0.01, 0.9],
  [60_000, 0.001, 0.9],
  [80_000, 1e-4, 0.9],
  [85_000, 1e-5, 0.9],
])('at step %i', (step, learningRate, momentum) => {
  const rates = ratesAt(step, 90_000, options);
  expect(rates.learningRate).toBeCloseTo(learningRate, 9);
  expect(Math.abs(rates.momentum - momentum)).toBeLessThan(step === 59_999 ? 2e-3 : 1e-3);
});

test('without a schedule the rates are constant', () => {
  expect(ratesAt(500, 1000, { learningRate: 0.1, momentum: 0.9, momentumStart: null, rateDrops: [] })).toEqual({ learningRate: 0.1, momentum: 0.9 });
});

test('the optimiser follows', () => {
  const schedule = new Schedule(options, 90);
  const optimizer = tf.optimizers.momentum(0.01, schedule.momentum as tf.Scalar);
  schedule.before(89, optimizer);
  expect(optimizer.learningRate).toBeCloseTo(1e-5, 9);
  expect(schedule.momentum?.dataSync()[0]).toBeCloseTo(0.9, 3);
  optimizer.dispose();
  schedule.dispose();
});
