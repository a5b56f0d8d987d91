import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { check } from '@cuda-activations/tools/properties';
import * as fc from 'fast-check';
import { Confined } from './confined';
import { MAX_LINE, MAX_POINTS, MetricsTail } from './metrics_tail';

const NAME = 'metrics.jsonl';
let folder: string;
let file: string;
let files: Confined;
let tail: MetricsTail;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tail-'));
  file = path.join(folder, NAME);
  const found = Confined.at(folder);
  if (!found) throw new Error('no folder');
  files = found;
  tail = new MetricsTail();
});
afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

const line = (epoch: number, trainLoss: number | null = 1 / epoch) => `${JSON.stringify({ epoch, trainLoss, valLoss: 2, trainAccuracy: 50, valAccuracy: 60, steps: 7, seconds: 3 })}\n`;
const read = () => tail.read(files, NAME);

test('a file that grows is read on, and half a line once it is whole', () => {
  expect(read()).toBe(false);
  const half = line(2);
  fs.writeFileSync(file, line(1) + half.slice(0, 20));
  expect(read()).toBe(true);
  expect(tail.series.epoch).toEqual([1]);
  expect(tail.last).toEqual({ epoch: 1, trainLoss: 1, valLoss: 2, valAccuracy: 60, steps: 7, seconds: 3 });
  expect(read()).toBe(false);
  fs.appendFileSync(file, half.slice(20));
  expect(read()).toBe(true);
  expect(tail.series.trainLoss).toEqual([1, 0.5]);
  expect(tail.generation).toBe(0);
});

test('one that is cut, replaced or removed is read anew, and what was given out is void', () => {
  fs.writeFileSync(file, line(1) + line(2) + line(3));
  read();
  fs.truncateSync(file, line(1).length);
  expect(read()).toBe(true);
  expect([tail.series.epoch, tail.generation]).toEqual([[1], 1]);
  // Of another file that is longer already.
  fs.writeFileSync(`${file}.new`, line(5) + line(6) + line(7) + line(8));
  fs.renameSync(`${file}.new`, file);
  expect(read()).toBe(true);
  expect([tail.series.epoch, tail.generation]).toEqual([[5, 6, 7, 8], 2]);
  fs.rmSync(file);
  expect(read()).toBe(true);
  expect([tail.series.epoch, tail.generation, tail.last]).toEqual([[], 3, undefined]);
  expect(read()).toBe(false);
});

test('one that was rewritten in place between two looks, to more than it was, is noticed', () => {
  fs.writeFileSync(file, line(1) + line(2));
  read();
  fs.writeFileSync(file, line(3) + line(4) + line(5));
  read();
  expect([tail.series.epoch, tail.generation]).toEqual([[3, 4, 5], 1]);
});

test.each([
  ['not JSON', 'loss: 3'],
  ['cut in the middle', '{"epoch":2,"trainLoss":'],
  ['a list', '[1,2]'],
  ['null', 'null'],
  ['bytes that are no text', '\u0000\ufffd\u001b[31m'],
  ['no line', ''],
])('a line that is %s is left out', (_, damaged) => {
  fs.writeFileSync(file, `${line(1)}${damaged}\n${line(3)}`);
  read();
  expect(tail.series.epoch).toEqual([1, 3]);
});

test('what is no finite number is none: null as JSON writes NaN, 1e999, texts, objects', () => {
  fs.writeFileSync(file, '{"epoch":1,"trainLoss":null,"valLoss":1e999,"trainAccuracy":"<b>","valAccuracy":{"a":1}}\n{"trainLoss":-1e308}\n{"epoch":"x"}\n');
  read();
  expect(tail.series).toEqual({ epoch: [1, 2, 3], trainLoss: [null, -1e308, null], valLoss: [null, null, null], trainAccuracy: [null, null, null], valAccuracy: [null, null, null] });
});

test('a line without end takes no memory without end, and what follows it is read', () => {
  fs.writeFileSync(file, line(1) + 'x'.repeat(MAX_LINE + 1000));
  read();
  fs.appendFileSync(file, `${'y'.repeat(1000)}\n${line(2)}`);
  read();
  expect([tail.series.epoch, tail.generation]).toEqual([[1, 2], 0]);
});

test('a long curve is thinned: its ends stay, its length is bounded', () => {
  const count = 3 * MAX_POINTS;
  fs.writeFileSync(file, Array.from({ length: count }, (_, i) => line(i + 1)).join(''));
  read();
  const { epoch, trainLoss } = tail.series;
  expect(epoch.length).toBeLessThanOrEqual(MAX_POINTS);
  expect(epoch.length).toBeGreaterThan(MAX_POINTS / 3);
  expect(epoch[0]).toBe(1);
  expect(new Set(epoch.slice(1).map((value, i) => value - (epoch[i] ?? 0))).size).toBe(1);
  expect(trainLoss[1]).toBe(1 / (epoch[1] ?? 0));
  expect(tail.last?.epoch).toBe(count);
  expect(tail.generation).toBeGreaterThan(0);
});

test('whatever pieces a file comes in, its lines are those of the whole', () => {
  const lines = fc.array(fc.oneof(fc.string(), fc.json(), fc.nat(9).map((epoch) => line(epoch + 1).trimEnd())), { maxLength: 8 });
  check(fc.property(lines, fc.array(fc.nat(200), { maxLength: 6 }), (texts, cuts) => {
    const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
    fs.rmSync(file, { force: true });
    const [pieces, whole] = [new MetricsTail(), new MetricsTail()];
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      const to = Math.min(bytes.length, from + cut);
      fs.appendFileSync(file, bytes.subarray(from, to));
      pieces.read(files, NAME);
      from = to;
    }
    whole.read(files, NAME);
    expect(pieces.series).toEqual(whole.series);
    expect(pieces.last).toEqual(whole.last);
  }));
});
