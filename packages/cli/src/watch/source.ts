import type { Details, Row, SweepSummary } from '../page/protocol';
import type { RunReader } from './run_reader';

/** A run that goes on. */
export interface Active {
  readonly run: RunReader;
  readonly row: () => Row;
}

/** A folder that is watched. */
export interface Source {
  readonly folder: string;
  /** Whether there is no such folder at the moment. */
  readonly missing: boolean;
  /** Runs that the last look left out. */
  readonly hidden: number;
  readonly sweep: SweepSummary | undefined;
  /** Looks at everything, and gives every row; often nothing, so that others get their turn. @param limit rows at most */
  look(limit: number): Generator<Row | undefined>;
  /** What is worth a look in between. */
  active(): Iterable<Active>;
  /** Folders in which new runs appear. */
  places(): Iterable<string>;
  /** The run of a row, if it has one. */
  reader(id: string): RunReader | undefined;
  details(id: string): Details | undefined;
}
