import { authorsRun } from '../reference/authors';
import { paperValue } from '../reference/paper';
import type { ReportRow, ReportSubject } from '../classification/report/rows';
import { subjectOf } from '../classification/subject';
import { outcomeOf } from './claim';
import { CLAIMS, claimsPage } from './claims';
import { Evidence, type PartEvidence } from './evidence';
import type { PartName } from './parts';

const FIVE = ['sigmoid', 'relu', 'leaky_relu', 'elu', 'selu'];

interface Changes {
  readonly seed?: number;
  readonly perturbation?: number;
  readonly accuracy?: number;
}

/** A run that went as the authors' did, to the digits of their log. */
function theirs(experiment: string, optimizer: string, activation: string, { seed = 42, perturbation = 0, accuracy }: Changes = {}): ReportRow {
  const run = authorsRun(experiment, optimizer, activation);
  const epochs = run?.epochs ?? [];
  const losses = epochs.map(({ valLoss }) => valLoss);
  const bestValLoss = Math.min(...losses);
  const metrics = epochs.map((epoch) => ({ ...epoch, processorSeconds: epoch.seconds, steps: 625, gradientNorms: { 'conv1.weight': activation === 'sigmoid' ? 0.01 : 1, 'fc.weight': 1 } }));
  const test = { loss: 1, accuracy: accuracy ?? paperValue(experiment, optimizer, activation)?.accuracy ?? NaN, f1: 0.6 };
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const result = { test, epochs: epochs.length, bestEpoch: losses.indexOf(bestValLoss) + 1, bestValLoss, stoppedEarly: run?.stoppedEarly ?? false, seconds, processorSeconds: seconds };
  return { runId: [experiment, optimizer, activation, seed, perturbation].join('-'), activation, optimizer, seed, learningRate: 0.001, perturbation, result, metrics };
}

function part(name: PartName, experiment: string, rows: readonly ReportRow[], more: Partial<ReportSubject> = {}): PartEvidence {
  const { title } = subjectOf(experiment);
  return { part: name, section: name, subject: { experiment, title, preset: 'paper', dataset: experiment, synthetic: false, comparable: 'whole', notes: [], config: {}, environment: {}, rows, timings: [], chosen: [], missing: [], ...more } };
}

const faithful = (experiment: string): PartEvidence =>
  part(experiment.startsWith('cnn') ? 'cnn-faithful' : 'resnet-rest', experiment, ['sgd', 'adam'].flatMap((optimizer) => FIVE.map((activation) => theirs(experiment, optimizer, activation))));
const ALL = ['cnn-mnist', 'cnn-cifar', 'resnet-mnist', 'resnet-cifar'].map(faithful);

const outcomes = (parts: readonly PartEvidence[]) => Object.fromEntries(CLAIMS.map(({ id, judge }) => [id, judge(new Evidence(parts)).outcome]));

/** Corrected runs in which activations differ from ReLU by so many points, and scatter by `scatter`. */
function corrected(experiment: string, optimizers: readonly string[], differences: Readonly<Record<string, number>>, scatter = 0.1): PartEvidence {
  const rows = [1, 2, 3, 4, 5].flatMap((seed) =>
    optimizers.flatMap((optimizer) =>
      Object.entries({ relu: 0, ...differences }).map(([activation, difference], i) => theirs(experiment, optimizer, activation, { seed, accuracy: 60 + seed + difference + (i === 0 ? 0 : scatter * (seed - 3)) })),
    ),
  );
  return part('cnn-corrected', experiment, rows, { preset: 'corrected', comparable: 'no' });
}

test('without a finished run nothing is said', () => {
  expect(new Set(Object.values(outcomes([])))).toEqual(new Set(['not run']));
});

test('short runs on procedural images bear on nothing', () => {
  const short = ALL.map(({ subject, ...names }) => ({ ...names, subject: { ...subject, synthetic: true, comparable: 'no' as const } }));
  expect(new Set(Object.values(outcomes([...short, { ...corrected('cnn-cifar', ['sgd'], { elu: 3 }), ...short[0] }])))).toEqual(new Set(['not run']));
});

test("the authors' own runs bear out what their tables say, and not what their logs contradict", () => {
  expect(outcomes(ALL)).toMatchObject({
    'cnn-scores': 'holds',
    'function-of-the-seed': 'holds',
    'sigmoid-plateau': 'holds',
    'resnet-cifar-sgd': 'holds',
    'resnet-cifar-adam': 'holds',
    // ReLU and sigmoid are at 98.6 and 98.4 % on validation data at their best epochs.
    'resnet-adam-mnist-vanishing': 'does not hold',
    'sigmoid-most-epochs': 'holds in part',
    'xavier-favours-sigmoid': 'does not hold',
    'resnet-with-each-activation': 'not run',
    'relu-leaky-relu-alike': 'not run',
  });
});

test('a run outside its mark, or one that is missing, leaves a claim in part', () => {
  const worse = part('cnn-faithful', 'cnn-mnist', ALL[0]?.subject.rows.map((row, i) => (i === 1 ? { ...row, result: { ...row.result, test: { ...row.result.test, accuracy: 90 } } } : row)) ?? []);
  expect(outcomes([worse, ...ALL.slice(1)])['cnn-scores']).toBe('holds in part');
  expect(outcomes(ALL.slice(0, 1))).toMatchObject({ 'cnn-scores': 'holds in part', 'function-of-the-seed': 'holds in part', 'sigmoid-plateau': 'holds in part' });
});

test("copies say whether a run outside its mark lies within what rounding makes of it, and change no outcome", () => {
  const worse = part('cnn-faithful', 'cnn-mnist', ALL[0]?.subject.rows.map((row) => (row.activation === 'relu' && row.optimizer === 'adam' ? { ...row, result: { ...row.result, test: { ...row.result.test, accuracy: 97 } } } : row)) ?? []);
  const finding = (accuracies: readonly number[]) => {
    const copies = accuracies.map((accuracy, i) => theirs('cnn-mnist', 'adam', 'relu', { accuracy, perturbation: i * 1e-6 }));
    return CLAIMS.find(({ id }) => id === 'cnn-scores')?.judge(new Evidence([worse, ...ALL.slice(1), part('cnn-spread', 'cnn-mnist', copies)]));
  };
  expect([finding([97, 98]), finding([97, 97.1])].map((found) => [found?.outcome, found?.summary])).toEqual([
    ['holds in part', '19 of 20 runs are within their mark. Of the other 1, all lie within what rounding makes of them, by copies trained afterwards.'],
    ['holds in part', '19 of 20 runs are within their mark. Of the other 1, 0 lie within what rounding makes of them, by copies trained afterwards.'],
  ]);
});

test('a ranking needs the interval of the corrected runs too', () => {
  const elu = (difference: number, scatter?: number) => outcomes([...ALL, corrected('cnn-cifar', ['sgd'], { elu: difference }, scatter)])['elu-best-cifar-sgd'];
  expect([elu(3), elu(-3), elu(0.05, 1)]).toEqual(['holds', 'holds in part', 'holds in part']);
  const alike = (difference: number) => outcomes(['cnn-mnist', 'cnn-cifar'].map((experiment) => corrected(experiment, ['sgd', 'adam'], { leaky_relu: difference })))['relu-leaky-relu-alike'];
  expect([alike(0.1), alike(2)]).toEqual(['holds', 'does not hold']);
});

test("the log of the ResNet is compared with moved copies, of runs of one epoch too", () => {
  const copies = (shift: number) => [0, 1e-6, -1e-6].map((perturbation, i) => {
    const row = theirs('resnet-mnist', 'sgd', 'relu', { perturbation });
    return { ...row, metrics: row.metrics.slice(0, 1).map((epoch) => ({ ...epoch, trainLoss: epoch.trainLoss + shift + 0.01 * (i - 1), valLoss: epoch.valLoss + shift, trainAccuracy: epoch.trainAccuracy + shift, valAccuracy: epoch.valAccuracy + shift })) };
  });
  const outcome = (shift: number) => outcomes([part('resnet-spread', 'resnet-mnist', copies(shift), { preset: 'spread', comparable: 'first epochs' })])['resnet-function-of-the-seed'];
  expect([outcome(0), outcome(0.5)]).toEqual(['holds', 'does not hold']);
});

test('runs that two parts share count once', () => {
  expect(new Evidence([...ALL, ...ALL]).faithful('cnn-mnist')).toHaveLength(10);
});

test('the page has every claim with its rule and outcome', () => {
  const blocks = claimsPage(new Evidence(ALL));
  const [overview] = blocks.filter((block) => block.kind === 'table');
  expect(overview?.rows.map(([claim]) => claim)).toEqual(CLAIMS.map(({ claim }) => claim));
  expect(blocks.filter((block) => block.kind === 'heading')).toHaveLength(CLAIMS.length);
});

test('an outcome follows from yes, no and unknown', () => {
  expect([[], [null], [true, true], [true, null], [true, false], [false, false], [false, null]].map((answers) => outcomeOf(answers))).toEqual(['not run', 'not run', 'holds', 'holds in part', 'holds in part', 'does not hold', 'does not hold']);
});
