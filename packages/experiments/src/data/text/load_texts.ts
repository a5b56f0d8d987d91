import type { DatasetSource } from '../dataset';
import type { Integrity } from '../files';
import { findRelease, type FindOptions } from '../find_release';
import { readGlue } from './glue_tsv';
import { OFFICIAL_TEXTS, type TextName } from './official_texts';
import { createSyntheticTexts, type TextCounts } from './synthetic_texts';
import { hashTexts, type TextDataset } from './text_dataset';

/** What to load, and from where. */
export interface LoadTextOptions extends FindOptions {
  readonly task: TextName;
  /** `auto`: the data directory, else a download, else procedural sentences. `official` never falls back. */
  readonly dataset: 'auto' | 'official' | 'synthetic';
  readonly integrity?: Integrity;
  /** Of the procedural set. */
  readonly counts?: TextCounts;
  /** Receives lines that the user should see; default: none. */
  readonly log?: (line: string) => void;
}

/**
 * Loads the sentences of an experiment.
 *
 * @throws DatasetNotFoundError where a named directory does not hold the set
 * @throws DataFileError where a file is missing, truncated or has a line that is none of its format
 */
export async function loadTextDataset({ task, dataset, integrity = 'official', counts, log = () => undefined, ...where }: LoadTextOptions): Promise<TextDataset> {
  if (dataset === 'synthetic') return createSyntheticTexts(task, counts);
  const found = await findRelease(OFFICIAL_TEXTS[task], dataset === 'official', 'sentences', where);
  if ('missing' in found) {
    log(found.missing);
    return { ...createSyntheticTexts(task, counts), notes: [found.missing] };
  }
  return read(task, found.folder, found.source, integrity);
}

function read(task: TextName, folder: string, source: DatasetSource, integrity: Integrity): TextDataset {
  const { title, classNames, format, train: [trainFile], test: [devFile] } = OFFICIAL_TEXTS[task];
  if (!trainFile || !devFile) throw new Error(`${title}: no files are known`);
  const [train, dev] = [trainFile, devFile].map((file) => readGlue(folder, file, format, classNames.length, integrity)) as [TextDataset['train'], TextDataset['dev']];
  const notes = integrity === 'official' ? [] : [`the files of ${folder} were not compared with the official release of ${title}`];
  return { name: task, title, source, directory: folder, classes: classNames.length, classNames, train, dev, hash: hashTexts(train, dev), notes };
}
