import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { escapeHtml } from '../../report/html';
import { provenance, type ReportSubject } from './rows';
import { csvTable, textTable } from '../../report/table';
import { resultTable } from './result_table';
import { writeReport } from './write';

const EVIL = `<script>alert("x")</script>&'`;

function subject(more: Partial<ReportSubject> = {}): ReportSubject {
  const epoch = (n: number) => ({ epoch: n, trainLoss: 2 / n, valLoss: 2.1 / n, trainAccuracy: 10 * n, valAccuracy: 9 * n, valF1: 0.1 * n, seconds: 1, processorSeconds: 1, steps: 5, gradientNorms: { 'conv1.weight': 0.5 / n } });
  const result = { test: { loss: 1.2, accuracy: 61.4, f1: 0.61 }, epochs: 2, bestEpoch: 2, bestValLoss: 1.05, stoppedEarly: false, seconds: 2, processorSeconds: 2 };
  return {
    experiment: 'cnn-cifar', title: 'CNN on CIFAR-10', preset: 'paper', dataset: 'CIFAR-10', synthetic: false, comparable: 'whole', notes: [], config: { seeds: [42] }, environment: {}, chosen: [], missing: [],
    rows: [{ runId: 'a', activation: 'relu', optimizer: 'adam', seed: 42, learningRate: 0.001, perturbation: 0, result, metrics: [epoch(1), epoch(2)] }],
    timings: [{ activation: 'relu', fusedMs: 2, stockMs: 5, samples: 3 }],
    ...more,
  };
}

test('the paper stands beside ours for the same protocol on the same images only', () => {
  expect(resultTable(subject()).header).toContain('paper %');
  expect(resultTable(subject()).rows[0]?.slice(-3)).toEqual(['61.51', '-0.11', 'within ±2']);
  for (const comparable of ['first epochs', 'no'] as const) expect(resultTable(subject({ comparable })).header).not.toContain('paper %');
});

test('stock/fused is the ratio of the two medians', () => {
  const { header, rows } = resultTable(subject());
  expect(rows[0]?.[header.indexOf('stock/fused')]).toBe('2.500');
  expect(textTable({ header, rows }).split('\n')).toHaveLength(3);
});

test('every figure says on how few images it rests', () => {
  expect(provenance(subject())).toBe('CIFAR-10; preset paper; seed 42');
  expect(provenance(subject({ config: { seeds: [1, 2], trainLimit: 2048 } }))).toBe('CIFAR-10; preset paper; 2048 training images at most; seeds 1, 2');
});

test('CSV quotes what needs it', () => {
  expect(csvTable({ header: ['a', 'b'], rows: [['x,y', 'say "no"']] })).toBe('a,b\r\n"x,y","say ""no"""\r\n');
});

test('HTML is escaped', () => {
  expect(escapeHtml(EVIL)).toBe('&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;&#38;&#39;');
});

test('a report is whole, self-contained, and free of markup from names', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-'));
  try {
    const base = subject({ title: EVIL, dataset: EVIL, notes: [EVIL], synthetic: true, comparable: 'no' });
    await writeReport(folder, { ...base, rows: base.rows.map((row) => ({ ...row, activation: EVIL })) });
    const html = fs.readFileSync(path.join(folder, 'report.html'), 'utf8');
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/(src|href)="(?!#)/);
    expect(html).toContain('images are made by a program');
    const figures = fs.readdirSync(path.join(folder, 'figures'));
    expect(figures).toEqual(expect.arrayContaining(['train-loss.svg', 'train-loss.png', 'val-accuracy.svg', 'step-time.png']));
    expect(fs.readFileSync(path.join(folder, 'figures', 'val-loss.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(fs.readFileSync(path.join(folder, 'epochs.csv'), 'utf8').split('\r\n')).toHaveLength(4);
    expect(fs.readFileSync(path.join(folder, 'report.md'), 'utf8')).toContain('![Training loss](figures/train-loss.svg)');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}, 60_000);
