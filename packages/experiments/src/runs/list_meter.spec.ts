import { ListMeter, type MeteredRun } from './list_meter';

const run = (key: string, kind = 'cnn', steps = 100, lanes = 1): MeteredRun => ({ key, label: key, kind, steps, lanes, expectedStepMs: kind === 'cnn' ? 10 : 1000 });

/** A meter on a clock that the test sets. */
function meterOf(runs: readonly MeteredRun[]) {
  const lines: string[] = [];
  const clock = { ms: 0 };
  return { meter: new ListMeter(runs, (line) => lines.push(line), false, () => clock.ms), lines, clock };
}

test('before a step was measured the remaining time is what is expected, and then what was measured', () => {
  const [first, second] = [run('first'), run('second')];
  const { meter, clock } = meterOf([first, second]);
  expect(meter.remainingMs()).toBe(2000);
  meter.start(first, 0);
  clock.ms = 500;
  meter.step(first, 1, ''); // records the graph: not counted
  expect(meter.remainingMs()).toBe(1990);
  clock.ms = 700;
  meter.step(first, 11, '');
  expect(meter.remainingMs()).toBe((89 + 100) * 20);
});

test('a kind that was not measured is corrected by those that were', () => {
  const [first, other] = [run('first'), run('other', 'resnet', 10)];
  const { meter, clock } = meterOf([first, other]);
  meter.start(first, 0);
  meter.step(first, 1, '');
  clock.ms = 990 * 3;
  meter.step(first, 100, '');
  meter.finish(first);
  // Steps took three times what was expected.
  expect(meter.remainingMs()).toBeCloseTo(10 * 1000 * 3, 6);
});

test('runs side by side share the time, as long as there are enough of them; what stopped early or was finished leaves', () => {
  const runs = [run('a', 'cnn', 100, 2), run('b', 'cnn', 100, 2), run('c', 'cnn', 100, 2)];
  const { meter } = meterOf(runs);
  expect(meter.remainingMs()).toBe(1500);
  meter.drop('c');
  expect(meter.remainingMs()).toBe(1000);
  const [a, b] = runs as [MeteredRun, MeteredRun];
  meter.start(a, 0);
  meter.start(b, 0);
  meter.finish(a);
  expect(meter.remainingMs()).toBe(1000);
});

test('lines say which run of how many, where a resumed one begins, and now and then the whole list', () => {
  const [first, second] = [run('first'), run('second')];
  const { meter, lines, clock } = meterOf([first, second]);
  meter.start(first, 40);
  clock.ms = 1000;
  meter.step(first, 41, 'epoch 1/2');
  meter.line(first, 'epoch 1 done');
  clock.ms = 17_000;
  meter.step(first, 51, 'epoch 2/2');
  expect(lines).toEqual(['[1/2] first: resumes after step 40 of 100', '[1/2] first: epoch 1 done', '0 of 2 runs, at most 3:58 left; first: step 51/100, epoch 2/2']);
});
