import { AUTHORS_RUNS, authorsRun } from './authors';
import { PAPER_TABLES, paperValue } from './paper';
import { judgeAccuracy, judgeBestValidation, judgeEpochOne, judgeEpochs, judgePlateau } from './pass_marks';

test('tables 1 to 16 hold five activations each, and the logs all 40 runs', () => {
  expect(PAPER_TABLES.map(({ table }) => table)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  for (const { columns, rows } of PAPER_TABLES) {
    expect(Object.keys(rows)).toEqual(['sigmoid', 'relu', 'leaky_relu', 'elu', 'selu']);
    for (const values of Object.values(rows)) expect(values).toHaveLength(columns.length);
  }
  expect(AUTHORS_RUNS).toHaveLength(40);
});

test("the tables agree with the logs: epochs run, their time, and sigmoid's first epoch", () => {
  for (const { experiment, optimizer, activation, epochs } of AUTHORS_RUNS) {
    const paper = paperValue(experiment, optimizer, activation);
    expect([experiment, optimizer, activation, paper?.epochs]).toEqual([experiment, optimizer, activation, epochs.length]);
    const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    // The log rounds every epoch to 0.01 s; the paper truncates its tables.
    expect(Math.abs(seconds - (paper?.seconds ?? NaN))).toBeLessThan(0.005 * epochs.length + 0.01);
  }
  expect(authorsRun('cnn-mnist', 'sgd', 'sigmoid')?.epochs[0]).toEqual({ epoch: 1, trainLoss: 2.307, valLoss: 2.301, trainAccuracy: 11.1, valAccuracy: 12.65, valF1: 0.042, seconds: 15.95 });
});

test('a run that the paper does not have has no value', () => {
  expect(paperValue('cnn-cifar', 'sgd', 'gelu')).toBeUndefined();
  expect(authorsRun('cnn-cifar', 'sgd', 'gelu')).toBeUndefined();
  expect(judgeAccuracy('cnn-cifar', 'sgd', 'gelu', 60)).toBeUndefined();
});

test.each([
  ['cnn-cifar', 'sgd', 'relu', 60.3, true, 'within ±2'],
  ['cnn-cifar', 'sgd', 'relu', 60.29, false, 'outside ±2'],
  ['cnn-cifar', 'sgd', 'sigmoid', 30.9, true, 'within 25 to 31'],
  ['cnn-mnist', 'sgd', 'sigmoid', 95.1, false, 'outside 93 to 95'],
  ['cnn-mnist', 'adam', 'sigmoid', 98.44, true, 'within ±0.4'],
  ['resnet-cifar', 'adam', 'elu', 74.9, false, 'outside 75 to 81'],
] as const)('%s %s %s with %d', (experiment, optimizer, activation, accuracy, passed, text) => {
  expect(judgeAccuracy(experiment, optimizer, activation, accuracy)).toEqual({ passed, text });
});

test('ResNet-50 on MNIST is judged by its best validation accuracy: the last weights of the authors collapse', () => {
  expect(judgeAccuracy('resnet-mnist', 'adam', 'relu', 98)).toBeUndefined();
  expect(judgeBestValidation('resnet-mnist', 'adam', 'relu', 98)).toEqual({ passed: true, text: 'best validation accuracy at least 98' });
});

test('epochs within 40 %', () => {
  expect(judgeEpochs('cnn-cifar', 'sgd', 'relu', 58)).toEqual({ passed: true, text: 'within ±40 %' });
  expect(judgeEpochs('cnn-cifar', 'sgd', 'relu', 59)?.passed).toBe(false);
});

test('the plateau of sigmoid with SGD lasts about ten epochs', () => {
  const rising = (flat: number) => [...new Array<number>(flat).fill(11.3), 24, 60];
  expect(judgePlateau('sgd', 'sigmoid', rising(10))?.passed).toBe(true);
  expect(judgePlateau('sgd', 'sigmoid', rising(5))?.passed).toBe(false);
  expect(judgePlateau('sgd', 'relu', rising(10))).toBeUndefined();
  const theirs = authorsRun('cnn-cifar', 'sgd', 'sigmoid')?.epochs.map(({ valAccuracy }) => valAccuracy) ?? [];
  expect(judgePlateau('sgd', 'sigmoid', theirs)?.passed).toBe(true);
});

test('epoch 1 is compared at the digits of the log, more closely for smooth activations', () => {
  const theirs = { trainLoss: 1.909, valLoss: 1.734, trainAccuracy: 31.57, valAccuracy: 38.35 };
  expect(judgeEpochOne('elu', { ...theirs, trainLoss: 1.9114 }, theirs)).toEqual({ passed: true, text: 'within 0.002 / 0.2' });
  expect(judgeEpochOne('elu', { ...theirs, trainLoss: 1.9116 }, theirs).passed).toBe(false);
  expect(judgeEpochOne('relu', { ...theirs, trainLoss: 1.9116, valAccuracy: 39.35 }, theirs)).toEqual({ passed: true, text: 'within 0.03 / 1' });
});
