import * as fs from 'node:fs';
import * as path from 'node:path';
import { temporaryFolder } from '../testing/files';
import { readGlue } from './glue_tsv';
import { loadTextDataset } from './load_texts';
import { OFFICIAL_TEXTS, type TextName } from './official_texts';
import { createSyntheticTexts } from './synthetic_texts';

const root = temporaryFolder();
const offline = () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));
const LINES: Readonly<Record<TextName, string>> = {
  cola: 'gj04\t1\t\tThe sailors rode the breeze.\ngj04\t0\t*\tThe "sailors rode.\n',
  sst2: 'sentence\tlabel\na charming journey \t1\nunflinchingly bleak \t0',
};

/** A folder with two sentences as both parts of a set. */
function write(task: TextName, text = LINES[task]): string {
  const folder = path.join(root, `${task}-${Math.random()}`, OFFICIAL_TEXTS[task].folder);
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ['train.tsv', 'dev.tsv']) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

test.each(['cola', 'sst2'] as const)('%s: sentences and labels of both parts', async (task) => {
  const folder = write(task);
  const { train, dev, source, notes } = await loadTextDataset({ task, dataset: 'official', integrity: 'format', dataDir: path.dirname(folder) });
  expect([train.sentences, Array.from(train.labels)]).toEqual(task === 'cola' ? [['The sailors rode the breeze.', 'The "sailors rode.'], [1, 0]] : [['a charming journey ', 'unflinchingly bleak '], [1, 0]]);
  expect(dev.sentences).toEqual(train.sentences);
  expect([source, notes[0]]).toEqual(['directory', expect.stringContaining('were not compared with the official release')]);
  await expect(loadTextDataset({ task, dataset: 'auto', dataDir: folder })).rejects.toThrow(/train\.tsv: truncated: expected \d+ bytes, found/);
});

test('a line that is none of the format is named', () => {
  const read = (text: string | Buffer) => () => {
    const folder = write('sst2');
    fs.writeFileSync(path.join(folder, 'train.tsv'), text);
    const { format, train: [file] } = OFFICIAL_TEXTS.sst2;
    return file && readGlue(folder, file, format, 2, 'format');
  };
  expect(read('sentence\tlabel\ngood\t1\nbad')).toThrow('line 3: expected 2 fields between tabs, found 1');
  expect(read('sentence\tlabel\ngood\t2')).toThrow('line 2: expected a label from 0 to 1, found "2"');
  expect(read('sentence\tlabel\n')).toThrow('expected sentences with labels, found none');
  expect(read('')).toThrow('expected sentences with labels, found none');
  expect(read(Buffer.from([0x73, 0xff, 0x0a]))).toThrow('expected UTF-8 text, found other bytes');
});

test('falls back to procedural sentences only where that is allowed, and says so', async () => {
  const lines: string[] = [];
  const where = { environment: {}, download: offline };
  const dataset = await loadTextDataset({ task: 'cola', dataset: 'auto', counts: { train: 5, dev: 2 }, log: (line) => lines.push(line), ...where });
  expect([dataset.name, dataset.source, dataset.notes]).toEqual(['synthetic-cola', 'synthetic', lines]);
  expect(lines.join()).toContain('For the real sentences, unpack the official files');
  await expect(loadTextDataset({ task: 'cola', dataset: 'official', ...where })).rejects.toThrow(/CoLA is not at hand and could not be downloaded \(getaddrinfo ENOTFOUND\)/);
});

test.each(['cola', 'sst2'] as const)('procedural %s: the same sentences whatever the counts, both classes', (task) => {
  const [few, many] = [createSyntheticTexts(task, { train: 20, dev: 5 }), createSyntheticTexts(task, { train: 300, dev: 5 })];
  expect(many.train.sentences.slice(0, 20)).toEqual(few.train.sentences);
  expect(few.dev.sentences).not.toEqual(few.train.sentences.slice(0, 5));
  const positive = many.train.labels.reduce((sum, label) => sum + label, 0) / 300;
  expect(positive).toBeGreaterThan(task === 'cola' ? 0.6 : 0.45);
  expect(positive).toBeLessThan(task === 'cola' ? 0.8 : 0.67);
  expect(() => createSyntheticTexts(task, { train: 0, dev: 1 })).toThrow('counts.train: expected an integer of at least 1, got 0');
});
