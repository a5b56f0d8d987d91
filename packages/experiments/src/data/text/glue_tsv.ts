import { DataFileError } from '../dataset';
import { readOfficial, type Integrity } from '../files';
import type { OfficialFile } from '../official';
import type { TextSplit } from './text_dataset';

/** How the lines of a file of GLUE are made: fields between tabs, without quotes. */
export interface GlueFormat {
  readonly header: boolean;
  readonly columns: number;
  /** Fields, counted from 0. */
  readonly sentence: number;
  readonly label: number;
}

/**
 * The sentences and labels of one file.
 * @throws DataFileError naming the line that has not as many fields, or no label of one of the classes
 */
export function readGlue(folder: string, official: OfficialFile, { header, columns, sentence, label }: GlueFormat, classes: number, integrity: Integrity): TextSplit {
  const { file, bytes } = readOfficial(folder, official, integrity);
  const lines = decoded(file, bytes).replace(/\r?\n$/, '').split(/\r?\n/);
  const rows = (header ? lines.slice(1) : lines).map((line) => line.split('\t'));
  if (rows.length === 0 || lines[0] === '') throw new DataFileError(file, 'expected sentences with labels, found none');
  const labels = rows.map((fields, i) => {
    const at = `line ${i + 1 + Number(header)}`;
    if (fields.length !== columns) throw new DataFileError(file, `${at}: expected ${columns} fields between tabs, found ${fields.length}`);
    const value = Number(fields[label]);
    if (!/^\d+$/.test(fields[label] ?? '') || value >= classes) throw new DataFileError(file, `${at}: expected a label from 0 to ${classes - 1}, found ${JSON.stringify(fields[label])}`);
    return value;
  });
  return { sentences: rows.map((fields) => fields[sentence] ?? ''), labels: Int32Array.from(labels) };
}

function decoded(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DataFileError(file, 'expected UTF-8 text, found other bytes');
  }
}
