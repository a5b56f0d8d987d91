import * as fs from 'node:fs';
import * as path from 'node:path';
import { show } from '../config/fields';
import { makeDirectory, storing, writeFileAtomic } from '../runs/atomic';
import { drawPng, drawSvg, figuresOf } from './figures';
import { htmlPage, type Block } from './html';
import { markdownPage } from './markdown';
import { PAPER_SOURCE } from './paper';
import { provenance, type ReportSubject } from './rows';
import { csvTable, epochTable, gradientTable, resultTable } from './table';

/**
 * Writes report.md, report.html (self-contained), figures/ (SVG, PNG) and the numbers as CSV.
 * @param folder made anew, so that no figure of an earlier report stays
 * @throws StorageError where it cannot be written
 */
export async function writeReport(folder: string, subject: ReportSubject): Promise<void> {
  const figureFolder = path.join(folder, 'figures');
  storing(figureFolder, () => { fs.rmSync(figureFolder, { recursive: true, force: true }); });
  makeDirectory(figureFolder);
  const figures: Block[] = [];
  for (const figure of figuresOf(subject)) {
    const svg = await drawSvg(figure);
    writeFileAtomic(path.join(figureFolder, `${figure.name}.svg`), svg);
    writeFileAtomic(path.join(figureFolder, `${figure.name}.png`), [await drawPng(svg)]);
    figures.push({ kind: 'figure', name: figure.name, title: figure.title, svg });
  }
  const blocks = [...textBlocks(subject), { kind: 'heading', text: 'Figures' } as const, ...figures];
  writeFileAtomic(path.join(folder, 'report.md'), markdownPage(subject.title, blocks));
  writeFileAtomic(path.join(folder, 'report.html'), htmlPage(subject.title, blocks));
  writeFileAtomic(path.join(folder, 'results.csv'), csvTable(resultTable(subject)));
  writeFileAtomic(path.join(folder, 'epochs.csv'), csvTable(epochTable(subject)));
  writeFileAtomic(path.join(folder, 'gradients.csv'), csvTable(gradientTable(subject)));
}

function textBlocks(subject: ReportSubject): Block[] {
  const blocks: Block[] = [{ kind: 'paragraph', text: provenance(subject) }];
  if (subject.synthetic) {
    blocks.push({
      kind: 'warning',
      text: 'These images are drawn by a program, because the real ones were not at hand or were not asked for. The accuracies say nothing about the real data set and must not be compared with the paper.',
    });
  }
  for (const text of subject.notes) blocks.push({ kind: 'warning', text });
  if (subject.missing.length > 0) blocks.push({ kind: 'warning', text: `Not finished yet: ${subject.missing.join(', ')}` });
  blocks.push({ kind: 'heading', text: 'Results' }, { kind: 'table', ...resultTable(subject) });
  const { header } = resultTable(subject);
  if (header.includes('ms/step fused')) {
    blocks.push({
      kind: 'paragraph',
      text: "ms/step: median of one training step with this project's activation kernels (fused) and with TensorFlow.js's own (stock), everything else equal, measured alternately in one process.",
    });
  }
  if (header.includes('verdict')) blocks.push({ kind: 'paragraph', text: `Paper: ${PAPER_SOURCE} The verdict compares the test accuracy with the stated tolerance.` });
  blocks.push(
    { kind: 'heading', text: 'Configuration' },
    { kind: 'list', items: Object.entries(subject.config).map(([key, value]) => `${key}: ${show(value)}`) },
    { kind: 'heading', text: 'Environment' },
    { kind: 'list', items: Object.entries(subject.environment).map(([key, value]) => `${key}: ${show(value)}`) },
  );
  return blocks;
}
