import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory, storing, writeFileAtomic } from '../runs/atomic';
import { drawPng, drawSvg, type Figure } from './figures';
import { htmlPage, type Block } from './html';
import { markdownPage } from './markdown';
import { csvTable, type Table } from './table';

/** What a report is made of. */
export interface Pages {
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Follow the blocks. */
  readonly figures: readonly Figure[];
  /** By the name of their file, without `.csv`. */
  readonly tables: Readonly<Record<string, Table>>;
}

/**
 * Writes report.md, report.html (self-contained), figures/ (SVG, PNG) and the numbers as CSV.
 * @param folder its figures are made anew, so that none of an earlier report stays
 * @throws StorageError where it cannot be written
 */
export async function writePages(folder: string, { title, blocks, figures, tables }: Pages): Promise<void> {
  const figureFolder = path.join(folder, 'figures');
  storing(figureFolder, () => { fs.rmSync(figureFolder, { recursive: true, force: true }); });
  makeDirectory(figureFolder);
  const drawn: Block[] = [];
  for (const figure of figures) {
    const svg = await drawSvg(figure);
    writeFileAtomic(path.join(figureFolder, `${figure.name}.svg`), svg);
    writeFileAtomic(path.join(figureFolder, `${figure.name}.png`), [await drawPng(svg)]);
    drawn.push({ kind: 'figure', name: figure.name, title: figure.title, svg });
  }
  const all: readonly Block[] = drawn.length === 0 ? blocks : [...blocks, { kind: 'heading', text: 'Figures' }, ...drawn];
  writeFileAtomic(path.join(folder, 'report.md'), markdownPage(title, all));
  writeFileAtomic(path.join(folder, 'report.html'), htmlPage(title, all));
  for (const [name, table] of Object.entries(tables)) writeFileAtomic(path.join(folder, `${name}.csv`), csvTable(table));
}
