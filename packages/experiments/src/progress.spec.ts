import { duration, ListProgress } from './progress';

test('durations', () => {
  expect([0, 59.6, 61, 3599, 3600, 36_061].map(duration)).toEqual(['0:00', '1:00', '1:01', '59:59', '1:00:00', '10:01:01']);
});

test('in a pipe: a line every ten seconds, with the remaining time of this run and of all, without the recording step', () => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const lines: string[] = [];
  const progress = new ListProgress(2, 40, (line) => lines.push(line), false);
  progress.start('relu sgd', 20, 0);
  now += 9000;
  progress.step(1, 'epoch 1/2');
  for (let done = 2; done <= 12; done++) {
    now += 1000;
    progress.step(done, 'epoch 1/2');
  }
  // The first step took 9 s and does not count: 1 s a step, 8 steps here and 20 of the other run.
  expect(lines.at(-1)).toBe('[1/2] relu sgd: step 12/20, epoch 1/2, 1000 ms a step, ETA 0:08, all runs 0:28');
  expect(lines).toHaveLength(2);
  progress.finish();
  progress.start('relu adam', 20, 0);
  progress.line('done');
  expect(lines.at(-1)).toBe('[2/2] relu adam: done');
  jest.restoreAllMocks();
});
