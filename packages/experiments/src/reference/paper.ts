import file from './paper_tables.json';

/** A number that the paper prints for a run. */
export type PaperColumn = 'accuracy' | 'loss' | 'f1' | 'epochs' | 'seconds' | 'secondsPerEpoch';

/** One of the paper's tables 1 to 16: a line for each activation. */
export interface PaperTable {
  readonly table: number;
  readonly experiment: string;
  readonly optimizer: string;
  readonly columns: readonly PaperColumn[];
  /** Values in the order of the columns, by activation. */
  readonly rows: Readonly<Record<string, readonly number[]>>;
}

/** Tables 1 to 16. */
export const PAPER_TABLES = file.tables as readonly PaperTable[];

/** Where the values are from. */
export const PAPER_SOURCE = `${file.source}. ${file.note}`;

/** What the paper prints for one run. Accuracy in percent, loss in nats, macro F1. */
export type PaperValue = Readonly<Record<PaperColumn, number>> & {
  /** The table of the scores. */
  readonly table: number;
};

/** The paper's values of a run; undefined where it has none. */
export function paperValue(experiment: string, optimizer: string, activation: string): PaperValue | undefined {
  const tables = PAPER_TABLES.filter((table) => table.experiment === experiment && table.optimizer === optimizer);
  const [scores] = tables.filter(({ columns }) => columns.includes('accuracy'));
  if (scores?.rows[activation] === undefined) return undefined;
  const cells = tables.flatMap(({ columns, rows }) => columns.map((column, i) => [column, rows[activation]?.[i] ?? NaN] as const));
  return { table: scores.table, ...(Object.fromEntries(cells) as Record<PaperColumn, number>) };
}
