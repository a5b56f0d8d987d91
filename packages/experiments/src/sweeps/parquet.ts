import { writeFileAtomic } from '../runs/atomic';

/** A value of a column. */
export type Cell = string | number | boolean | null;
/** Columns by name, all of one length. */
export type Columns = Readonly<Record<string, readonly Cell[]>>;

/** Writes columns as a Parquet file: numbers as doubles, and text where a column mixes kinds. @throws StorageError where it cannot be written */
export async function writeParquet(file: string, columns: Columns): Promise<void> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const buffer = parquetWriteBuffer({ columnData: Object.entries(columns).map(([name, cells]) => ({ name, ...typed(cells), nullable: true })) });
  writeFileAtomic(file, [new Uint8Array(buffer)]);
}

function typed(cells: readonly Cell[]): { readonly type: 'DOUBLE' | 'BOOLEAN' | 'STRING'; readonly data: Cell[] } {
  const kinds = new Set(cells.filter((cell) => cell !== null).map((cell) => typeof cell));
  if (kinds.size === 1 && kinds.has('number')) return { type: 'DOUBLE', data: [...cells] };
  if (kinds.size === 1 && kinds.has('boolean')) return { type: 'BOOLEAN', data: [...cells] };
  return { type: 'STRING', data: cells.map((cell) => (cell === null ? null : String(cell))) };
}
