import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { duration, flatten, lockOwner, PROGRESS_FILE, readStepRecord, type StepsDone } from '@cuda-activations/experiments';
import type { Details, Figure, Row, State } from '../page/protocol';
import type { Confined } from './confined';
import { finite, MetricsTail } from './metrics_tail';

/** Bytes of a configuration or a result. */
const MAX_JSON = 2 ** 20;
/** Characters of a text, and lines of a table, that are given out. */
const MAX_TEXT = 300;
const MAX_LINES = 400;
/** A folder's time is that of a tick of the kernel's or a server's clock: what changed just now may change again at the same time. */
const SETTLED_MS = 2000;

/** Where a run belongs. */
export interface Place {
  readonly experiment: string;
  readonly sweep: string;
  readonly item: Figure;
  readonly name: string;
}

/** Stands for a path, the same after a restart. */
export function idOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 16);
}

/** A text that came from elsewhere, not longer than a page can bear. */
export function shortened(text: string, limit = MAX_TEXT): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** Reads the folder of one run, again and again, as little as is needed. */
export class RunReader {
  readonly id: string;
  readonly #metrics = new MetricsTail();
  #config: Readonly<Record<string, unknown>> | undefined;
  #result: Readonly<Record<string, unknown>> | undefined;
  #progress: StepsDone | undefined;
  #folderTime = -1;
  #looked = 0;
  #changed = 0;
  state: State = 'waiting';

  /** @param relative its folder */
  constructor(
    readonly files: Confined,
    readonly relative: string,
    readonly place: Place,
  ) {
    this.id = idOf(path.join(files.root, relative));
  }

  /** Looks at it. @returns false where it is no folder of a run (any more) */
  refresh(): boolean {
    const [changed, now] = [this.files.changed(this.relative), Date.now()];
    // Nothing is added to a run that is done without its lock appearing in the folder.
    if (this.state === 'done' && changed === this.#folderTime && this.#looked - changed > SETTLED_MS) return true;
    if (changed === undefined || !this.files.stat(this.relative)?.isDirectory()) return false;
    [this.#folderTime, this.#looked] = [changed, now];
    this.#config ??= this.files.json(this.#file('config.json'), MAX_JSON);
    if (!this.#config) return false;
    this.#metrics.read(this.files, this.#file('metrics.jsonl'));
    this.#result = this.files.stat(this.#file('DONE'))?.isFile() === true ? (this.files.json(this.#file('DONE'), MAX_JSON) ?? {}) : undefined;
    // By this machine's clock: asking the file system for its own would write there.
    const held = this.files.stat(this.#file('lock'))?.isFile() === true && lockOwner(path.join(this.files.root, this.#file('lock')), now) !== undefined;
    this.state = this.#result ? 'done' : held ? 'running' : 'interrupted';
    this.#readProgress();
    this.#changed = Math.max(...['metrics.jsonl', 'DONE', 'config.json', PROGRESS_FILE].map((name) => this.files.stat(this.#file(name))?.mtimeMs ?? 0));
    return true;
  }

  /** @param failed whether the item that it belongs to has failed */
  row(failed = false): Row {
    const last = this.#metrics.last;
    const { step, steps, loss, stepMs } = this.#progress ?? { step: null, steps: null, loss: null, stepMs: null };
    const epochs = finite(this.#config?.['epochs']) ?? (this.#result ? finite(this.#result['epochs']) : null);
    const leftSeconds = this.state === 'running' ? finite(this.#left(epochs, step, steps, stepMs)) : null;
    const test = this.#result?.['test'] as Readonly<Record<string, unknown>> | null | undefined;
    const state = failed && this.state === 'interrupted' ? 'failed' : this.state;
    const { experiment, sweep, item, name } = this.place;
    return {
      id: this.id,
      experiment: shortened(experiment),
      sweep: shortened(sweep),
      item,
      name: shortened(name),
      state,
      epoch: last?.epoch ?? 0,
      epochs: this.state === 'done' ? finite(this.#result?.['epochs']) ?? epochs : epochs,
      step: this.state === 'done' ? null : step,
      steps: this.state === 'done' ? null : steps,
      trainLoss: last ? last.trainLoss : loss,
      valLoss: last?.valLoss ?? null,
      valAccuracy: last?.valAccuracy ?? null,
      testAccuracy: finite(test?.['accuracy']),
      leftSeconds,
      left: leftSeconds === null ? '' : duration(leftSeconds),
      changed: this.#changed,
      points: this.#metrics.series.epoch.length,
      generation: this.#metrics.generation,
    };
  }

  get metrics(): MetricsTail {
    return this.#metrics;
  }

  details(failure: Details['failure'] = null): Details {
    return { path: path.join(this.files.root, this.relative), config: lines(this.#config), result: lines(this.#result), failure };
  }

  #file(name: string): string {
    return path.join(this.relative, name);
  }

  #readProgress(): void {
    const text = this.files.text(this.#file(PROGRESS_FILE), 4096);
    try {
      this.#progress = text === undefined ? undefined : readStepRecord(PROGRESS_FILE, text);
    } catch {
      // It is being written: the next look finds it whole.
    }
  }

  /** By the steps of this start; before the second of them, by the epochs. */
  #left(epochs: Figure, step: Figure, steps: Figure, stepMs: Figure): Figure {
    if (step !== null && steps !== null && stepMs !== null) return (Math.max(0, steps - step) * stepMs) / 1000;
    const last = this.#metrics.last;
    return last?.seconds == null || epochs === null ? null : Math.max(0, epochs - last.epoch) * last.seconds;
  }
}

/** A table of an object's values. */
export function lines(values: Readonly<Record<string, unknown>> | undefined): [string, string][] {
  return Object.entries(flatten(values ?? {})).slice(0, MAX_LINES).map(([name, value]) => [shortened(name), shortened(String(value))]);
}
