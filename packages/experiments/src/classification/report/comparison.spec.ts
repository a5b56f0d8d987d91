import { authorsRun } from '../../reference/authors';
import type { Figure } from '../../report/figures';
import { copiesOf, finalSpreadTable, judgeEnd, spreadTable } from './copies';
import { gradientFigures, overlayFigures } from './curves';
import { epochOneTable } from './epoch_one';
import { epochTimes, timesDiffer, timesNote, timesTable } from './epoch_times';
import { comparedTables, lastAgainstBest } from './paper_layout';
import type { ReportRow, ReportSubject } from './rows';
import { paperSections } from './sections';
import { accuracySummaries, statisticsTable, tuningTable } from './statistics';

/** A run whose log is the authors', moved by `shift` in every number. */
function row(activation: string, optimizer: string, { seed = 42, perturbation = 0, shift = 0, accuracy = 60 } = {}): ReportRow {
  const theirs = authorsRun('cnn-cifar', optimizer, activation)?.epochs ?? authorsRun('cnn-cifar', 'sgd', 'relu')?.epochs ?? [];
  const metrics = theirs.map((epoch) => ({ ...epoch, processorSeconds: epoch.seconds, steps: 625, trainLoss: epoch.trainLoss + shift, valLoss: epoch.valLoss + shift, trainAccuracy: epoch.trainAccuracy + shift, valAccuracy: epoch.valAccuracy + shift }));
  const result = { test: { loss: 1.1, accuracy, f1: 0.6 }, epochs: metrics.length, bestEpoch: metrics.length - 5, bestValLoss: 1, stoppedEarly: true, seconds: 2 * metrics.length, processorSeconds: metrics.length };
  return { runId: `${activation}-${seed}`, activation, optimizer, seed, learningRate: 0.001, perturbation, result, metrics };
}

test("a table of scores has the paper's layout, ours, the difference and the verdict", () => {
  const [scores] = comparedTables('cnn-cifar', [row('relu', 'sgd', { accuracy: 61 }), row('sigmoid', 'sgd', { accuracy: 35 })]);
  expect(scores?.title).toBe('Table 2: cnn-cifar, SGD, test scores');
  expect(scores?.content.header).toEqual(['activation', 'test accuracy %: paper', 'ours', 'difference', 'test loss: paper', 'ours', 'difference', 'macro F1: paper', 'ours', 'difference', 'verdict']);
  expect(scores?.content.rows).toEqual([
    ['sigmoid', '28.45', '35.00', '+6.55', '1.945', '1.100', '-0.845', '0.236', '0.600', '+0.364', 'outside 25 to 31; within 10 epochs ±40 % (10)'],
    ['relu', '62.30', '61.00', '-1.30', '1.137', '1.100', '-0.037', '0.624', '0.600', '-0.024', 'within ±2'],
    ...['leaky_relu', 'elu', 'selu'].map((name) => expect.arrayContaining([name, '-', 'not run']) as string[]),
  ]);
});

test('a table of times judges the number of epochs alone', () => {
  const times = comparedTables('cnn-cifar', [row('relu', 'sgd')]).find(({ table }) => table === 6);
  expect(times?.content.rows[1]).toEqual(['relu', '42', '42', '+0', '603.5', '84.0', '-519.5', '14.37', '2.00', '-12.37', 'within ±40 %']);
});

/** A run of four epochs around so many processor seconds. */
function timed(activation: string, processorSeconds: number, scatter: number): ReportRow {
  const base = row(activation, 'sgd');
  return { ...base, metrics: base.metrics.slice(0, 4).map((epoch, i) => ({ ...epoch, seconds: 20, processorSeconds: processorSeconds + scatter * (i - 1.5) })) };
}

test('activations differ in time where the slowest is beyond the scatter of the fastest, whatever the wall clock says', () => {
  expect(timesTable([timed('relu', 10, 0.2), timed('elu', 11, 0.4)]).rows).toEqual([['relu', 'sgd', '4', '20.00', '10.00', '9.85 to 10.15'], ['elu', 'sgd', '4', '20.00', '11.00', '10.70 to 11.30']]);
  const differ = (slow: number, scatter: number) => timesDiffer(epochTimes([timed('relu', 10, scatter), timed('elu', slow, scatter), timed('selu', 10, scatter)]), 0.03);
  expect([differ(11, 0.1), differ(11, 1), differ(10.2, 0.01)]).toEqual([true, false, false]);
});

test('a report says where the runs had less than the cores they may use', () => {
  const note = (threads: number, cores: number) => timesNote({ rows: [row('relu', 'sgd')], config: { threads }, environment: { cores } });
  expect(note(1, 2)).toContain('computed on 0.50 of 1 core that each may use');
  expect(note(0, 2)).toContain('0.50 of 2 cores');
  const alone = row('relu', 'sgd');
  expect(timesNote({ rows: [{ ...alone, result: { ...alone.result, processorSeconds: alone.result.seconds } }], config: { threads: 1 }, environment: { cores: 2 } })).not.toContain('shared');
});

test('every experiment of the paper has its four tables', () => {
  expect(['cnn-mnist', 'cnn-cifar', 'resnet-mnist', 'resnet-cifar'].map((name) => comparedTables(name, []).map(({ table }) => table))).toEqual([[1, 3, 5, 7], [2, 4, 6, 8], [9, 11, 13, 15], [10, 12, 14, 16]]);
});

test('epoch 1 stands beside the log', () => {
  const { rows } = epochOneTable('cnn-cifar', [row('elu', 'sgd', { shift: 0.0015 }), row('relu', 'sgd', { shift: 0.2 }), row('gelu', 'sgd')]);
  expect(rows).toEqual([
    ['elu', 'sgd', '1.909 1.734 31.57 38.35', expect.any(String), '0.0015', '0.00', 'within 0.002 / 0.2'],
    ['relu', 'sgd', '2.095 1.878 24.26 32.28', '2.295 2.078 24.46 32.48', '0.2000', '0.20', 'outside 0.03 / 1'],
  ]);
});

test('the marks of epoch 1 are for the CNN: a ResNet is judged by its copies', () => {
  expect(epochOneTable('resnet-cifar', [row('elu', 'sgd')]).rows[0]?.at(-1)).toBe('by the spread of copies alone');
});

test("the log is compared with the spread of moved copies, and a run without copies has no place in that table", () => {
  const copies = [row('relu', 'sgd', { shift: 0.01 }), row('relu', 'sgd', { shift: 0.02, perturbation: 1e-6 }), row('relu', 'sgd', { shift: 0.03, perturbation: -1e-6 })];
  expect(copiesOf([...copies, row('elu', 'sgd')])).toHaveLength(1);
  expect(spreadTable('cnn-cifar', copies).rows).toEqual([
    ['relu', 'sgd', '2.095 1.878 24.26 32.28', '2.105 1.888 24.27 32.29', '2.105 1.888 24.27 32.29', '2.125 1.908 24.29 32.31', '3', "within the copies' range, widened by 1 x its width"],
  ]);
  const far = copies.map((copy) => ({ ...copy, metrics: copy.metrics.map((epoch) => ({ ...epoch, valLoss: epoch.valLoss + 1 })) }));
  expect(spreadTable('cnn-cifar', far).rows[0]?.at(-1)).toBe("outside the copies' range, widened by 1 x its width in valLoss");
});

test('a test accuracy is compared with copies that ended as the run of the paper did: by its rule, or after its epochs', () => {
  const copies = [60, 60.5, 63].map((accuracy, i) => row('relu', 'adam', { accuracy, perturbation: i * 1e-6 }));
  const whole = { comparable: 'whole', experiment: 'cnn-cifar', rows: copies } as const;
  expect(finalSpreadTable(whole).rows).toEqual([
    ['relu', 'adam', '14', '14', '14', '61.51', '60.00', '60.00', '63.00', '3 of 3 ±2', "within the copies' range, widened by 1 x its width"],
  ]);
  expect(judgeEnd(whole, 'adam', 'relu')?.passed).toBe(true);
  expect(judgeEnd(whole, 'adam', 'selu')).toBeUndefined();
  const lower = copies.map((copy, i) => ({ ...copy, result: { ...copy.result, epochs: 11 + i, test: { ...copy.result.test, accuracy: 60 - 0.1 * i } } }));
  expect(finalSpreadTable({ ...whole, rows: lower }).rows).toEqual([
    ['relu', 'adam', '14', '11', '11 to 13', '61.51', '60.00', '59.80', '60.00', '3 of 3 ±2', "outside the copies' range, widened by 1 x its width"],
  ]);
  expect(finalSpreadTable({ ...whole, comparable: 'first epochs' }).rows).toHaveLength(1);
  expect(finalSpreadTable({ ...whole, comparable: 'first epochs', rows: lower }).rows).toEqual([]);
});

test('a part with moved copies shows their spread, not tables with lines for runs that it does not have', () => {
  const subject = (rows: readonly ReportRow[]): ReportSubject => ({
    experiment: 'cnn-cifar', title: '', preset: 'paper', dataset: 'CIFAR-10', synthetic: false, comparable: 'whole', notes: [], config: { seeds: [42] }, environment: {}, rows, timings: [], chosen: [], missing: [],
  });
  const headings = (rows: readonly ReportRow[]) => paperSections(subject(rows)).flatMap((block) => (block.kind === 'heading' ? [block.text] : []));
  expect(headings([row('relu', 'adam')])).toEqual(["The paper's tables", "Epoch 1 against the authors' log", "Curves over the authors'"]);
  expect(headings([row('relu', 'adam'), row('relu', 'adam', { perturbation: 1e-6 })])).toEqual(['Copies that differ by rounding', "Epoch 1 against the authors' log"]);
});

test('panels come in the order of the runs, which is that of the paper', () => {
  const panelsOf = (figures: readonly Figure[]) => figures.map(({ specification }) => (specification as unknown as { facet: { sort: string[] } }).facet.sort);
  const five = ['sigmoid', 'relu', 'leaky_relu', 'elu', 'selu'].map((activation) => row(activation, 'sgd'));
  const subject = { experiment: 'cnn-cifar', dataset: '', synthetic: false, preset: 'paper', config: { seeds: [42] }, rows: five } as unknown as ReportSubject;
  expect(panelsOf(overlayFigures(subject))[0]).toEqual(['sigmoid', 'relu', 'leaky_relu', 'elu', 'selu']);
  const weights = ['fc.weight', 'layer4.0.bn1.weight', 'conv1.weight', 'layer4.0.conv1.weight', 'bn1.weight', 'layer1.0.bn1.weight'];
  const withNorms = five.map((run) => ({ ...run, metrics: run.metrics.map((epoch) => ({ ...epoch, gradientNorms: Object.fromEntries(weights.map((weight) => [weight, 1])) })) }));
  expect(panelsOf(gradientFigures({ ...subject, rows: withNorms }))).toEqual([['conv1.weight', 'bn1.weight', 'layer4.0.conv1.weight', 'layer4.0.bn1.weight', 'fc.weight']]);
});

test('the best epoch by validation loss stands beside the last', () => {
  expect(lastAgainstBest('cnn-cifar', [row('relu', 'adam')]).rows).toEqual([['relu', 'adam', '9', '9', '1.126', '1.169', '61.65', '61.39', '60.00']]);
});

test('activations are compared with ReLU by seed', () => {
  const rows = [1, 2, 3].flatMap((seed) => [row('relu', 'adam', { seed, accuracy: 60 + seed }), row('gelu', 'adam', { seed, accuracy: 62 + seed + (seed === 1 ? 0.5 : 0) }), row('relu', 'sgd', { seed, accuracy: 1 })]);
  const gelu = accuracySummaries(rows, 'adam').find(({ condition }) => condition === 'gelu');
  expect(gelu?.comparison?.difference).toBeCloseTo(2.1667, 4);
  expect(statisticsTable({ rows }, 'adam').rows[1]?.slice(0, 5)).toEqual(['gelu', '0.001', '3', '64.17', '0.76']);
  expect(statisticsTable({ rows }, 'adam').rows[0]?.slice(-4)).toEqual(['-', '-', '-', '-']);
});

test('the search shows what it chose from', () => {
  const chosen = [{ activation: 'relu', optimizer: 'sgd' as const, learningRate: 0.1, atEdge: true, tried: [{ learningRate: 0.01, bestValLoss: 1.5 }, { learningRate: 0.1, bestValLoss: 1.2 }, { learningRate: 1, bestValLoss: null }] }];
  expect(tuningTable(chosen, 'sgd').rows).toEqual([['relu', '0.1', '1.5000', '1.2000', 'diverged', 'at the edge of the grid']]);
});
