import { afterEpoch, BEFORE_TRAINING } from './early_stopping';

/** Epoch after which training stops, and the best one; null where it never stops. */
function run(losses: readonly number[], patience: number): { stopped: number | null; best: number } {
  let state = BEFORE_TRAINING;
  for (const [i, loss] of losses.entries()) {
    const after = afterEpoch(state, i + 1, loss, patience);
    state = after.state;
    if (after.stop) return { stopped: i + 1, best: state.bestEpoch };
  }
  return { stopped: null, best: state.bestEpoch };
}

test('stops `patience` epochs after the best one', () => {
  expect(run([3, 2, 2.5, 2.4, 2.3, 2.2, 2.1, 1], 5)).toEqual({ stopped: 7, best: 2 });
});

test('an equal loss is no improvement', () => {
  expect(run([2, 2, 2], 2)).toEqual({ stopped: 3, best: 1 });
});

test('an improvement starts the count anew', () => {
  expect(run([3, 4, 2, 4, 1, 4], 2)).toEqual({ stopped: null, best: 5 });
});

test('patience 0 never stops', () => {
  expect(run([1, 2, 3, 4, 5, 6, 7, 8], 0)).toEqual({ stopped: null, best: 1 });
});

test('NaN counts as no improvement, also at first', () => {
  expect(run([NaN, NaN, NaN], 3)).toEqual({ stopped: 3, best: 0 });
  expect(run([NaN, 1, NaN], 2)).toEqual({ stopped: null, best: 2 });
});
