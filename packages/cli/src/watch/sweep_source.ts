import * as path from 'node:path';
import { describeValues, duration, messageOf, SweepFolder, sweepStatus, type SweepStatus } from '@cuda-activations/experiments';
import type { Details, Row, State, SweepSummary } from '../page/protocol';
import { Confined } from './confined';
import { idOf, RunReader, shortened } from './run_reader';
import type { Active, Source } from './source';

/** Waiting items that are listed; they all look alike. */
const WAITING_SHOWN = 1000;
/** Counting a large sweep takes a moment: at most this part of the time goes into it. */
const SHARE = 1 / 20;
const LEAST_MS = 1000;
/** Bytes of the mark of a failure. */
const MAX_MARK = 2 ** 20;
/** What a sweep is read from. */
const PARTS = ['sweep.json', 'manifest.jsonl', 'state/done', 'state/failed', 'state/running'];

interface Item {
  readonly index: number;
  readonly id: string;
  state: State;
  /** Its runs, by their folders. */
  readonly runs: Map<string, RunReader>;
  /** Done, and all its runs were seen to be: it stays as it is. */
  settled: boolean;
}

/** The items of a sweep, and their runs. */
export class SweepSource implements Source {
  readonly #items = new Map<number, Item>();
  readonly #byId = new Map<string, { readonly item: Item; readonly run?: RunReader }>();
  #files: Confined | undefined;
  #folder: SweepFolder | undefined;
  #manifest: readonly string[] | undefined;
  #listed: readonly number[] = [];
  /** Items that have a folder: some that wait were stopped. */
  #started: ReadonlySet<number> = new Set();
  #next = 0;
  hidden = 0;
  sweep: SweepSummary | undefined;

  constructor(readonly folder: string) {}

  get missing(): boolean {
    return this.#files === undefined;
  }

  *look(limit: number): Generator<Row | undefined> {
    const now = Date.now();
    if (now >= this.#next) {
      this.#count(limit);
      this.#next = Date.now() + Math.max(LEAST_MS, (Date.now() - now) / SHARE);
      yield undefined;
    }
    for (const index of this.#listed) {
      const item = this.#items.get(index);
      if (!item) continue;
      if (!item.settled && (item.state !== 'waiting' || this.#started.has(index))) this.#readRuns(item);
      yield* this.#rowsOf(item);
    }
  }

  *active(): Generator<Active> {
    for (const { item, run } of this.#byId.values()) if (run?.state === 'running') yield { run, row: () => this.#rowOf(item, run) };
  }

  *places(): Generator<string> {
    if (!this.#files) return;
    for (const mark of ['done', 'failed', 'running']) yield path.join(this.#files.root, 'state', mark);
  }

  reader(id: string): RunReader | undefined {
    return this.#byId.get(id)?.run;
  }

  details(id: string): Details | undefined {
    const found = this.#byId.get(id);
    if (!found || !this.#files) return undefined;
    const { item, run } = found;
    const failure = item.state === 'failed' ? this.#failure(item.index) : null;
    return run?.details(failure) ?? { path: path.join(this.#files.root, relativeOf(item.index)), config: Object.entries(this.#values(item.index)).map(([name, value]) => [shortened(name), shortened(JSON.stringify(value))]), result: [], failure };
  }

  /** Reads the marks. */
  #count(limit: number): void {
    const files = Confined.at(this.folder);
    if (files?.root !== this.#files?.root) this.#forget();
    this.#files = files;
    this.#listed = [];
    this.hidden = 0;
    if (!files || PARTS.some((part) => !files.stat(part))) {
      this.#forget();
      this.#files = undefined;
      return;
    }
    try {
      this.#folder ??= new SweepFolder(files.root);
      const folder = this.#folder;
      const status = sweepStatus(folder, 0);
      this.sweep = summaryOf(status);
      const running = status.runningItems.map(({ index }) => index);
      const states = new Map<number, State>();
      // Later ones win: what is done counts, whatever else is marked.
      for (const index of folder.marked('failed')) states.set(index, 'failed');
      for (const index of running) states.set(index, 'running');
      for (const index of folder.marked('done').reverse()) states.set(index, 'done');
      const rank: Readonly<Record<State, number>> = { running: 0, failed: 1, interrupted: 2, done: 3, waiting: 4 };
      const marked = [...states].sort(([, a], [, b]) => rank[a] - rank[b]);
      for (let index = 0, shown = 0; index < status.items && shown < WAITING_SHOWN; index++) {
        if (states.has(index)) continue;
        marked.push([index, 'waiting']);
        shown += 1;
      }
      this.#started = new Set(files.folders('items').flatMap((thousand) => files.folders(path.join('items', thousand)).map(Number)));
      const listed = marked.slice(0, limit);
      this.hidden = status.items - listed.length;
      for (const [index, state] of listed) this.#itemAt(index).state = state;
      this.#listed = listed.map(([index]) => index);
      const kept = new Set(this.#listed);
      for (const item of this.#items.values()) if (!kept.has(item.index)) this.#drop(item);
    } catch (error) {
      // Of a folder that is damaged, or goes while it is read.
      this.#forget();
      this.sweep = { name: path.basename(files.root), experiment: '', items: 0, done: 0, failed: 0, running: 0, waiting: 0, cancelled: false, left: '', problem: shortened(messageOf(error)) };
    }
  }

  #itemAt(index: number): Item {
    let item = this.#items.get(index);
    if (!item) {
      item = { index, id: idOf(path.join(this.#files?.root ?? '', relativeOf(index))), state: 'waiting', runs: new Map(), settled: false };
      this.#items.set(index, item);
      this.#byId.set(item.id, { item });
    }
    return item;
  }

  #readRuns(item: Item): void {
    const files = this.#files;
    const folder = relativeOf(item.index);
    const seen = new Set<string>();
    for (const experiment of files?.folders(folder) ?? []) {
      for (const name of files?.folders(path.join(folder, experiment)) ?? []) {
        const relative = path.join(folder, experiment, name);
        if (!files) continue;
        const run = item.runs.get(relative) ?? new RunReader(files, relative, { experiment, sweep: this.sweep?.name ?? '', item: item.index, name: this.#label(item.index) });
        if (!run.refresh()) continue;
        seen.add(relative);
        item.runs.set(relative, run);
        this.#byId.set(run.id, { item, run });
      }
    }
    for (const [relative, run] of item.runs) {
      if (seen.has(relative)) continue;
      item.runs.delete(relative);
      this.#byId.delete(run.id);
    }
    item.settled = item.state === 'done' && [...item.runs.values()].every(({ state }) => state === 'done');
  }

  *#rowsOf(item: Item): Generator<Row> {
    for (const run of item.runs.values()) yield this.#rowOf(item, run);
    if (item.runs.size > 0) return;
    const { experiment, name } = this.sweep ?? { experiment: '', name: '' };
    yield {
      id: item.id, experiment: shortened(experiment), sweep: shortened(name), item: item.index, name: shortened(this.#label(item.index)), state: item.state, epoch: 0, epochs: null, step: null, steps: null,
      trainLoss: null, valLoss: null, valAccuracy: null, testAccuracy: null, leftSeconds: null, left: '', changed: this.#marked(item), points: 0, generation: 0,
    };
  }

  #rowOf(item: Item, run: RunReader): Row {
    const row = run.row(item.state === 'failed');
    return item.runs.size > 1 ? { ...row, name: shortened(`${row.name} · ${path.basename(run.relative)}`) } : row;
  }

  #marked({ index, state }: Item): number {
    return state === 'waiting' ? 0 : (this.#files?.stat(path.join('state', state, String(index)))?.mtimeMs ?? 0);
  }

  #values(index: number): Readonly<Record<string, unknown>> {
    this.#manifest ??= this.#folder?.manifest().split('\n');
    try {
      const value: unknown = JSON.parse(this.#manifest?.[index] ?? '');
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  }

  #label(index: number): string {
    return describeValues(this.#values(index) as Parameters<typeof describeValues>[0]) || `item ${String(index)}`;
  }

  #failure(index: number): Details['failure'] {
    const { end, lines } = this.#files?.json(`state/failed/${String(index)}`, MAX_MARK) ?? {};
    return { end: shortened(String(end ?? '')), lines: Array.isArray(lines) ? lines.slice(-50).map((line) => shortened(String(line), 2000)) : [] };
  }

  #drop(item: Item): void {
    this.#items.delete(item.index);
    this.#byId.delete(item.id);
    for (const run of item.runs.values()) this.#byId.delete(run.id);
  }

  #forget(): void {
    this.#items.clear();
    this.#byId.clear();
    [this.#listed, this.#manifest, this.#folder, this.sweep] = [[], undefined, undefined, undefined];
  }
}

/** As {@link SweepFolder.item} has it, below the sweep's folder. */
function relativeOf(index: number): string {
  return new SweepFolder('').item(index);
}

function summaryOf({ name, experiment, items, done, failed, running, waiting, cancelled, leftSeconds, etaSeconds }: SweepStatus): SweepSummary {
  const left = done === items || leftSeconds === null ? '' : etaSeconds === null ? `${duration(leftSeconds)} of one process` : duration(etaSeconds);
  return { name: shortened(String(name)), experiment: shortened(String(experiment)), items, done, failed, running, waiting, cancelled, left, problem: '' };
}
