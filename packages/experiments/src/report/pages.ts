import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory, storing, writeFileAtomic } from '../runs/atomic';
import { drawPng, drawSvg, type Figure } from './figures';
import { htmlPage, type Block } from './html';
import { markdownPage } from './markdown';
import { csvTable, type Table } from './table';

/** A part of a report: a block, or a figure that is still to be drawn. */
export type Content = Block | { readonly kind: 'chart'; readonly figure: Figure };

/** What a report is made of. */
export interface Pages {
  readonly title: string;
  readonly blocks: readonly Content[];
  /** Follow the blocks, under a heading of their own. */
  readonly figures?: readonly Figure[];
  /** By the name of their file, without `.csv`. */
  readonly tables: Readonly<Record<string, Table>>;
}

/**
 * Writes report.md, report.html (self-contained), figures/ (SVG, PNG) and the numbers as CSV.
 * @param folder its figures are made anew, so that none of an earlier report stays
 * @throws StorageError where it cannot be written
 */
export async function writePages(folder: string, { title, blocks, figures = [], tables }: Pages): Promise<void> {
  const figureFolder = path.join(folder, 'figures');
  storing(figureFolder, () => { fs.rmSync(figureFolder, { recursive: true, force: true }); });
  makeDirectory(figureFolder);
  const following: readonly Content[] = figures.length === 0 ? [] : [{ kind: 'heading', text: 'Figures' }, ...figures.map((figure) => ({ kind: 'chart' as const, figure }))];
  const all: Block[] = [];
  for (const content of [...blocks, ...following]) all.push(content.kind === 'chart' ? await draw(figureFolder, content.figure) : content);
  writeFileAtomic(path.join(folder, 'report.md'), markdownPage(title, all));
  writeFileAtomic(path.join(folder, 'report.html'), htmlPage(title, all));
  for (const [name, table] of Object.entries(tables)) writeFileAtomic(path.join(folder, `${name}.csv`), csvTable(table));
}

async function draw(folder: string, figure: Figure): Promise<Block> {
  const svg = await drawSvg(figure);
  writeFileAtomic(path.join(folder, `${figure.name}.svg`), svg);
  writeFileAtomic(path.join(folder, `${figure.name}.png`), [await drawPng(svg)]);
  return { kind: 'figure', name: figure.name, title: figure.title, svg };
}
