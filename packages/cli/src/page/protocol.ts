// What the server of `activations watch` tells its page. Types alone: both sides import them.

/** Where a run stands. `interrupted`: it was started, has not come to its end, and no process has it now. */
export type State = 'running' | 'waiting' | 'done' | 'failed' | 'interrupted';

/** A finite number; null where there is none, or none that is finite. */
export type Figure = number | null;

/** A run, or an item of a sweep that has no run yet. All texts come from files and names of others: they are shown as text alone. */
export interface Row {
  /** Stands for the path, which the page never sends. */
  readonly id: string;
  readonly experiment: string;
  /** Name of the sweep, or empty. */
  readonly sweep: string;
  /** Index in the sweep. */
  readonly item: Figure;
  /** Name of the folder, or what the item varies. */
  readonly name: string;
  readonly state: State;
  /** Epochs that are complete, of at most so many. */
  readonly epoch: number;
  readonly epochs: Figure;
  /** Steps that are done, of at most so many. */
  readonly step: Figure;
  readonly steps: Figure;
  /** Of the last epoch; of the latest step in the first one. */
  readonly trainLoss: Figure;
  readonly valLoss: Figure;
  /** Percent. */
  readonly valAccuracy: Figure;
  /** Percent. */
  readonly testAccuracy: Figure;
  /** Seconds until it is done at most, and the same as text. */
  readonly leftSeconds: Figure;
  readonly left: string;
  /** When its files changed: milliseconds since 1970. */
  readonly changed: number;
  /** Points of its curve, and how often what was known of it became void. */
  readonly points: number;
  readonly generation: number;
}

/** How far a sweep is. */
export interface SweepSummary {
  readonly name: string;
  readonly experiment: string;
  readonly items: number;
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
  readonly cancelled: boolean;
  /** Remaining time as text, or empty. */
  readonly left: string;
  /** Why it cannot be read, or empty. */
  readonly problem: string;
}

/** What is not of a single run. */
export interface Overview {
  readonly folders: readonly { readonly path: string; readonly missing: boolean }[];
  readonly sweeps: readonly SweepSummary[];
  /** Runs and items that are there but not listed: more than a page can bear. */
  readonly hidden: number;
}

/** The data of an `update` event. */
export interface Update {
  /** What the page had is void. */
  readonly reset?: true;
  readonly rows: readonly Row[];
  /** Ids of rows that are gone. */
  readonly removed: readonly string[];
  readonly overview?: Overview;
}

/** One number an epoch each. */
export interface Series {
  readonly epoch: readonly number[];
  readonly trainLoss: readonly Figure[];
  readonly valLoss: readonly Figure[];
  /** Percent. */
  readonly trainAccuracy: readonly Figure[];
  /** Percent. */
  readonly valAccuracy: readonly Figure[];
}

/** Points of a curve from one on. */
export interface Curve extends Series {
  readonly generation: number;
  readonly from: number;
}

/** All that is known of a run. */
export interface Details {
  readonly path: string;
  readonly config: readonly (readonly [string, string])[];
  readonly result: readonly (readonly [string, string])[];
  /** Why it failed, and its last lines. */
  readonly failure: { readonly end: string; readonly lines: readonly string[] } | null;
}
