import type { OfficialDataset } from '../official';
import type { GlueFormat } from './glue_tsv';

/** Sets of sentences of which there is an official release. */
export const TEXT_NAMES = ['cola', 'sst2'] as const;
/** Name of such a set. */
export type TextName = (typeof TEXT_NAMES)[number];

const GLUE = 'https://dl.fbaipublicfiles.com/glue/data';

/** A release of GLUE: `test` has the official validation sentences, since those of the test have no labels. */
export const OFFICIAL_TEXTS: Readonly<Record<TextName, OfficialDataset & { readonly classNames: readonly string[]; readonly format: GlueFormat }>> = {
  cola: {
    title: 'CoLA',
    folder: 'CoLA',
    classNames: ['unacceptable', 'acceptable'],
    format: { header: false, columns: 4, sentence: 3, label: 1 },
    train: [{ name: 'train.tsv', size: 428_590, sha256: 'cb368ebeb9f27d7ad03720d27ddc95687a311bdb100781a2fe59a5f5b1bc0624' }],
    test: [{ name: 'dev.tsv', size: 53_717, sha256: '8c013e21dc39957cac37378d87bebe225b694a0d5fe13eded66c2856628833fd' }],
    downloads: [{ file: 'CoLA.zip', size: 376_971, sha256: 'f212fcd832b8f7b435fb991f101abf89f96b933ab400603bf198960dfc32cbff', urls: [`${GLUE}/CoLA.zip`] }],
  },
  sst2: {
    title: 'SST-2',
    folder: 'SST-2',
    classNames: ['negative', 'positive'],
    format: { header: true, columns: 2, sentence: 0, label: 1 },
    train: [{ name: 'train.tsv', size: 3_806_081, sha256: '48eac26399f8456935f81dd9e3a745c1430adb6c62e233ccfe22db4a0d15d1d1' }],
    test: [{ name: 'dev.tsv', size: 94_931, sha256: '54a9c12c77e402fc14d6a66a506f24d999f596b0176eb777c972cccc2f9cc4b0' }],
    downloads: [{ file: 'SST-2.zip', size: 7_439_277, sha256: 'd67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa', urls: [`${GLUE}/SST-2.zip`] }],
  },
};
