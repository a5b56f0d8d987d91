import { isDeepStrictEqual } from 'node:util';
import type { Overview, Row, Update } from '../page/protocol';

/** Removed rows that are remembered, so that a page which was away learns of them. */
const MAX_REMOVED = 10_000;
/** Rows of one event: a snapshot comes in pieces. */
export const EVENT_ROWS = 500;

interface Entry {
  readonly version: number;
  /** Undefined once it is gone. */
  readonly row: Row | undefined;
}

/** An update, and the version that a page has with it. */
export interface Step {
  readonly version: number;
  readonly update: Update;
}

/**
 * What pages are to show, with a version that every change raises. A page is brought from any version to the present one by the rows
 * that changed since: nothing is queued for one that is slow, and what changed twice is sent once.
 */
export class Ledger {
  /** In the order of their versions. */
  readonly #entries = new Map<string, Entry>();
  #overview: Overview = { folders: [], sweeps: [], hidden: 0 };
  #overviewVersion = 0;
  #version = 1;
  #removed = 0;
  /** Pages with an older version may have missed that a row was removed. */
  #floor = 0;

  get version(): number {
    return this.#version;
  }

  /** Rows that are there. */
  get size(): number {
    return this.#entries.size - this.#removed;
  }

  put(row: Row): void {
    const known = this.#entries.get(row.id);
    if (known?.row && isDeepStrictEqual(known.row, row)) return;
    if (known && !known.row) this.#removed -= 1;
    this.#set(row.id, row);
  }

  remove(id: string): void {
    if (!this.#entries.get(id)?.row) return;
    this.#set(id, undefined);
    this.#removed += 1;
    if (this.#removed > MAX_REMOVED) this.#forgetRemoved();
  }

  setOverview(overview: Overview): void {
    if (isDeepStrictEqual(overview, this.#overview)) return;
    this.#overview = overview;
    this.#overviewVersion = ++this.#version;
  }

  /** The next piece of what changed after a version; undefined where nothing did. @param from 0: nothing is known there */
  since(from: number): Step | undefined {
    if (from >= this.#version) return undefined;
    const reset = from < this.#floor || from === 0;
    const rows: Row[] = [];
    const removed: string[] = [];
    let last = 0;
    for (const [id, { version, row }] of this.#entries) {
      if (!reset && version <= from) continue;
      if (row) rows.push(row);
      else if (!reset) removed.push(id);
      last = version;
      if (rows.length + removed.length === EVENT_ROWS) break;
    }
    const whole = rows.length + removed.length < EVENT_ROWS;
    // All that is sent later has a later version, so that a page which is cut off in between goes on from here.
    const version = whole ? this.#version : last;
    return {
      version,
      update: { ...(reset && { reset: true as const }), rows, removed, ...((reset || this.#overviewVersion > from) && { overview: this.#overview }) },
    };
  }

  #set(id: string, row: Row | undefined): void {
    this.#entries.delete(id);
    this.#entries.set(id, { version: ++this.#version, row });
  }

  #forgetRemoved(): void {
    for (const [id, { row }] of this.#entries) if (!row) this.#entries.delete(id);
    this.#removed = 0;
    this.#floor = this.#version;
  }
}
