import * as fs from 'node:fs';
import * as path from 'node:path';
import { messageOf } from '@cuda-activations/experiments';
import type { Curve, Details } from '../page/protocol';
import { Confined } from './confined';
import { FolderSource } from './folder_source';
import type { Ledger } from './ledger';
import type { Source } from './source';
import { SweepSource } from './sweep_source';

/** Rows of all folders together. */
export const MAX_ROWS = 20_000;
/** How often runs that go on are looked at, and everything is. */
const ACTIVE_MS = 1000;
const EVERYTHING_MS = 2000;
/** A look at everything takes at most this part of the time, unless the next would come later than that, and gives way this often. */
const SHARE = 1 / 10;
const LATEST_MS = 10_000;
const SLICE_MS = 8;
/** What a long look has found so far is told this often. */
const TELL_MS = 200;
/** Folders that the operating system is asked to tell of. */
const MAX_WATCHED = 256;
/** Changes come in bursts. */
const BURST_MS = 150;

/** What to watch. */
export interface Watched {
  /** A folder of runs; none where one sweep is watched. */
  readonly runs?: string;
  /** Folders that hold sweeps. */
  readonly sweepRoots: readonly string[];
  /** Folders of sweeps. */
  readonly sweeps: readonly string[];
}

/** Follows folders of runs and sweeps into a ledger: by the operating system's notices, and by looking, where those are missing. */
export class Catalogue {
  readonly #sources = new Map<string, Source>();
  readonly #watchers = new Map<string, fs.FSWatcher>();
  readonly #ids = new Set<string>();
  #timers: NodeJS.Timeout[] = [];
  #looking = false;
  #stopped = false;
  #complaint = '';
  readonly #soon = new Map<'everything' | 'active', NodeJS.Timeout>();
  #cost = 0;
  #ended = 0;

  constructor(
    private readonly watched: Watched,
    private readonly ledger: Ledger,
    /** Told after changes. */
    private readonly changed: () => void,
    /** Told once of what should not happen; the next look may do better. */
    private readonly complain: (text: string) => void,
  ) {}

  /** Looks once, then again and again. */
  async start(): Promise<void> {
    await this.look();
    if (this.#stopped) return;
    this.#timers = [setInterval(() => { this.#lookAtActive(); }, ACTIVE_MS), setInterval(() => { this.#lookIfDue(); }, EVERYTHING_MS)];
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const timer of this.#soon.values()) clearTimeout(timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Looks at everything. */
  async look(): Promise<void> {
    if (this.#looking || this.#stopped) return;
    this.#looking = true;
    const started = performance.now();
    try {
      await this.#lookAtAll();
    } catch (error) {
      this.#wrong(error);
    } finally {
      this.#looking = false;
      this.#ended = performance.now();
      this.#cost = this.#ended - started;
    }
    this.changed();
  }

  /** The points of a run's curve after those that a page has. */
  curve(id: string, generation: number, from: number): Curve | undefined {
    const metrics = this.#find((source) => source.reader(id))?.metrics;
    if (!metrics) return undefined;
    const start = generation === metrics.generation ? Math.min(from, metrics.series.epoch.length) : 0;
    const { epoch, trainLoss, valLoss, trainAccuracy, valAccuracy } = metrics.series;
    return {
      generation: metrics.generation,
      from: start,
      epoch: epoch.slice(start),
      trainLoss: trainLoss.slice(start),
      valLoss: valLoss.slice(start),
      trainAccuracy: trainAccuracy.slice(start),
      valAccuracy: valAccuracy.slice(start),
    };
  }

  details(id: string): Details | undefined {
    return this.#find((source) => source.details(id));
  }

  #find<T>(of: (source: Source) => T | undefined): T | undefined {
    for (const source of this.#sources.values()) {
      const found = of(source);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #lookAtAll(): Promise<void> {
    this.#discover();
    const seen = new Set<string>();
    let [slice, told] = [performance.now(), 0];
    for (const source of this.#sources.values()) {
      for (const row of source.look(Math.max(0, MAX_ROWS - seen.size))) {
        if (row) {
          seen.add(row.id);
          this.#ids.add(row.id);
          this.ledger.put(row);
        }
        if (performance.now() - slice < SLICE_MS) continue;
        if (slice - told >= TELL_MS) {
          this.changed();
          told = slice;
        }
        await new Promise((resolve) => setImmediate(resolve));
        if (this.#stopped) return;
        slice = performance.now();
      }
    }
    for (const id of this.#ids) {
      if (seen.has(id)) continue;
      this.#ids.delete(id);
      this.ledger.remove(id);
    }
    const sources = [...this.#sources.values()];
    this.ledger.setOverview({
      folders: sources.filter(({ folder }) => folder === this.watched.runs || this.watched.sweeps.includes(folder)).map(({ folder, missing }) => ({ path: folder, missing })),
      sweeps: sources.flatMap(({ sweep }) => sweep ?? []),
      hidden: sources.reduce((sum, { hidden }) => sum + hidden, 0),
    });
    this.#watch();
  }

  /** Makes a source of every folder that is to be watched. */
  #discover(): void {
    const { runs, sweepRoots, sweeps } = this.watched;
    const found = sweepRoots.flatMap((root) => {
      const files = Confined.at(root);
      return files ? files.folders('').filter((name) => files.stat(path.join(name, 'sweep.json'))?.isFile()).map((name) => path.join(files.root, name)) : [];
    });
    const wanted = new Set([...sweeps, ...found]);
    for (const folder of wanted) if (!this.#sources.has(folder)) this.#sources.set(folder, new SweepSource(folder));
    // Its rows come last: runs that were made by hand are the few.
    if (runs !== undefined && !this.#sources.has(runs)) this.#sources.set(runs, new FolderSource(runs));
    for (const folder of this.#sources.keys()) if (folder !== runs && !wanted.has(folder)) this.#sources.delete(folder);
  }

  #lookAtActive(): void {
    if (this.#looking) return;
    try {
      for (const source of this.#sources.values()) for (const { run, row } of source.active()) if (run.refresh()) this.ledger.put(row());
    } catch (error) {
      this.#wrong(error);
    }
    this.changed();
  }

  #wrong(error: unknown): void {
    const text = messageOf(error);
    if (text !== this.#complaint) this.complain(text);
    this.#complaint = text;
  }

  #lookIfDue(): void {
    if (performance.now() >= this.#due()) void this.look();
  }

  /** Asks to be told of changes where runs appear and where they go on. */
  #watch(): void {
    const wanted = new Map<string, () => void>();
    for (const source of this.#sources.values()) {
      for (const place of source.places()) wanted.set(place, () => { this.#lookSoon(); });
      for (const { run } of source.active()) wanted.set(path.join(run.files.root, run.relative), () => { this.#lookAtActiveSoon(); });
    }
    for (const [place, watcher] of this.#watchers) {
      if (wanted.has(place)) continue;
      watcher.close();
      this.#watchers.delete(place);
    }
    for (const [place, tell] of wanted) {
      if (this.#watchers.size >= MAX_WATCHED) break;
      if (this.#watchers.has(place)) continue;
      try {
        const watcher = fs.watch(place, { persistent: false }, tell);
        watcher.on('error', () => {
          watcher.close();
          this.#watchers.delete(place);
        });
        this.#watchers.set(place, watcher);
      } catch {
        // No more notices are to be had, or there are none on this file system: looking goes on.
      }
    }
  }

  #due(): number {
    return this.#ended + Math.min(LATEST_MS, this.#cost / SHARE);
  }

  #lookSoon(): void {
    this.#after('everything', Math.max(BURST_MS, this.#due() - performance.now()), () => { void this.look(); });
  }

  #lookAtActiveSoon(): void {
    this.#after('active', BURST_MS, () => { this.#lookAtActive(); });
  }

  #after(what: 'everything' | 'active', delay: number, act: () => void): void {
    if (this.#soon.has(what) || this.#stopped) return;
    this.#soon.set(what, setTimeout(() => {
      this.#soon.delete(what);
      act();
    }, delay));
  }
}
