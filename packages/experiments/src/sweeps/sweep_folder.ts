import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from '../config/errors';
import { makeDirectory, storing, writeFileAtomic } from '../runs/atomic';
import type { Values } from './definition';
import { stagesOf, type HalvingPlan, type Stage } from './stages';

/** What a sweep holds for all its items. */
export interface Sweep {
  readonly format: 1;
  readonly name: string;
  readonly experiment: string;
  readonly preset: string;
  /** Number of items. */
  readonly items: number;
  /** The resolved options that items share; an item's line of the manifest says what differs. */
  readonly config: Values;
  /** Names of the options that differ between items. */
  readonly varied: readonly string[];
  readonly halving?: HalvingPlan;
}

/** A run of a finished item. */
export interface ItemRun {
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly result: Readonly<Record<string, unknown>>;
}

/** What a finished item leaves. */
export interface ItemResult {
  readonly index: number;
  readonly values: Values;
  /** Of the start that finished it. */
  readonly seconds: number;
  readonly runs: readonly ItemRun[];
}

/** What an item that failed leaves. */
export interface ItemFailure {
  readonly index: number;
  readonly values: Values;
  /** `exit code 1`, `SIGKILL three times`. */
  readonly end: string;
  /** The last lines that it wrote. */
  readonly lines: readonly string[];
}

/** Where an item can stand, each with a file of its own: counting them is reading three directories. */
export type Mark = 'done' | 'failed' | 'running';

/**
 * The folder of a sweep: sweep.json and manifest.jsonl (a line an item) say what is to be done; state/{done,failed,running}/INDEX
 * what was; items/ holds the runs. An item's mark is a file that appears whole, and the running one is its lock, so that machines
 * that share the folder need nothing else in common.
 */
export class SweepFolder {
  #sweep: Sweep | undefined;

  constructor(readonly folder: string) {}

  /** @throws UsageError where the folder holds no sweep */
  get sweep(): Sweep {
    if (!this.#sweep) {
      const file = path.join(this.folder, 'sweep.json');
      if (!fs.existsSync(file)) throw new UsageError(`${this.folder}: holds no sweep (npx activations sweep plan DEFINITION --output=DIR makes one)`);
      this.#sweep = JSON.parse(fs.readFileSync(file, 'utf8')) as Sweep;
    }
    return this.#sweep;
  }

  /** Whether there is a sweep. */
  exists(): boolean {
    return fs.existsSync(path.join(this.folder, 'sweep.json'));
  }

  get stages(): readonly Stage[] {
    return stagesOf(this.sweep.items, this.sweep.halving);
  }

  /** Writes the sweep; sweep.json comes last, so that one that is there is whole. */
  create(sweep: Sweep, manifest: string): void {
    for (const mark of ['done', 'failed', 'running'] satisfies Mark[]) makeDirectory(path.join(this.folder, 'state', mark));
    writeFileAtomic(this.#manifest, manifest);
    writeFileAtomic(path.join(this.folder, 'sweep.json'), `${JSON.stringify(sweep, null, 2)}\n`);
  }

  get #manifest(): string {
    return path.join(this.folder, 'manifest.jsonl');
  }

  /** The text of the manifest. */
  manifest(): string {
    return fs.readFileSync(this.#manifest, 'utf8');
  }

  /** What each item varies. */
  allValues(): Values[] {
    return this.manifest().trimEnd().split('\n').map((line) => JSON.parse(line) as Values);
  }

  /** What an item varies. @throws UsageError for an index that is none */
  values(index: number): Values {
    const { items } = this.sweep;
    if (!Number.isInteger(index) || index < 0 || index >= items) throw new UsageError(`index: expected an integer from 0 to ${items - 1}, got ${index}`);
    const text = fs.readFileSync(this.#manifest);
    let from = 0;
    for (let i = 0; i < index; i++) from = text.indexOf(10, from) + 1;
    return JSON.parse(text.toString('utf8', from, text.indexOf(10, from))) as Values;
  }

  /** Folder of an item's runs and log: a thousand to a folder, which every file system bears. */
  item(index: number): string {
    return path.join(this.folder, 'items', String(Math.floor(index / 1000)), String(index));
  }

  log(index: number): string {
    return path.join(this.item(index), 'log.txt');
  }

  mark(mark: Mark, index: number): string {
    return path.join(this.folder, 'state', mark, String(index));
  }

  has(mark: Mark, index: number): boolean {
    return fs.existsSync(this.mark(mark, index));
  }

  /** The items that bear a mark. */
  marked(mark: Mark): number[] {
    // Temporary files stand beside the marks for a moment.
    return fs.readdirSync(path.join(this.folder, 'state', mark)).filter((name) => /^\d+$/.test(name)).map(Number).sort((a, b) => a - b);
  }

  finish(result: ItemResult): void {
    writeFileAtomic(this.mark('done', result.index), JSON.stringify(result));
    this.forgetFailure(result.index);
  }

  fail(failure: ItemFailure): void {
    writeFileAtomic(this.mark('failed', failure.index), JSON.stringify(failure));
  }

  forgetFailure(index: number): void {
    storing(this.mark('failed', index), () => { fs.rmSync(this.mark('failed', index), { force: true }); });
  }

  result(index: number): ItemResult | undefined {
    return readMark<ItemResult>(this.mark('done', index));
  }

  failure(index: number): ItemFailure | undefined {
    return readMark<ItemFailure>(this.mark('failed', index));
  }

  /** The file whose presence cancels the sweep. */
  get cancelledFile(): string {
    return path.join(this.folder, 'state', 'cancelled');
  }

  /** Whether its items are to stop, wherever they run. */
  cancelled(): boolean {
    return fs.existsSync(this.cancelledFile);
  }

  setCancelled(cancelled: boolean): void {
    if (cancelled) writeFileAtomic(this.cancelledFile, '');
    else storing(this.cancelledFile, () => { fs.rmSync(this.cancelledFile, { force: true }); });
  }
}

function readMark<Content>(file: string): Content | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
