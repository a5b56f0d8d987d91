import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory, storing, writeFileAtomic } from './atomic';
import { CheckpointFolder } from './checkpoint';
import { lockFolder, type Lock } from './lock';
import { parseJsonObject, readJsonObject } from './read_json';
import { canonicalJson } from './run_id';
import { StepRecord } from './step_record';

/** How far a run came. */
export type RunStatus = 'new' | 'interrupted' | 'done';

/**
 * `runs/<experiment>/<run id>/`: config.json, environment.json, metrics.jsonl (one line an epoch), checkpoint/ and progress.json
 * while it runs, DONE (its result, as JSON) once it is finished.
 */
export class RunFolder<State, Result> {
  readonly checkpoint: CheckpointFolder<State>;
  readonly #metrics: string;
  readonly #done: string;
  readonly #steps: StepRecord;
  #lock: Lock | undefined;

  /** @param folder its path; nothing is made before `open` */
  constructor(readonly folder: string) {
    this.checkpoint = new CheckpointFolder<State>(folder, () => { this.#lock?.check(); });
    this.#metrics = path.join(folder, 'metrics.jsonl');
    this.#done = path.join(folder, 'DONE');
    this.#steps = new StepRecord(folder);
  }

  /** What is there. */
  status(): RunStatus {
    if (fs.existsSync(this.#done)) return 'done';
    return this.checkpoint.exists() ? 'interrupted' : 'new';
  }

  /**
   * Makes the folder, locks it, and records what will run.
   * @param config everything that the numbers depend on
   * @param environment where they were made; kept from the first start, later starts are appended
   * @returns a function that unlocks it
   * @throws StorageError where it cannot be written or is in use, then and at every later write; Error where it holds another configuration
   */
  open(config: unknown, environment: Readonly<Record<string, unknown>>): () => void {
    makeDirectory(this.folder);
    const lock = lockFolder(this.folder);
    this.#lock = lock;
    const unlock = () => {
      this.#lock = undefined;
      lock.release();
    };
    try {
      const file = path.join(this.folder, 'config.json');
      const text = `${JSON.stringify(config, null, 2)}\n`;
      if (!fs.existsSync(file)) writeFileAtomic(file, text);
      else if (canonicalJson(readJsonObject(file)) !== canonicalJson(JSON.parse(text))) {
        throw new Error(`${file} is of another configuration than the run that wants to use its folder; remove the folder or choose another with --runsDir=DIR`);
      }
      const environmentFile = path.join(this.folder, 'environment.json');
      const starts = fs.existsSync(environmentFile) ? readJsonObject(environmentFile)['starts'] : [];
      if (!Array.isArray(starts)) throw new Error(`${environmentFile}: damaged: expected a list "starts"`);
      writeFileAtomic(environmentFile, `${JSON.stringify({ starts: [...(starts as unknown[]), environment] }, null, 2)}\n`);
      return unlock;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Bytes of metrics.jsonl, for a checkpoint. */
  metricsLength(): number {
    return fs.statSync(this.#metrics, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Drops the lines that were written after the checkpoint that a run resumes from (all, for a run that starts anew). */
  truncateMetrics(length: number): void {
    if (this.metricsLength() > length) storing(this.#metrics, () => { fs.truncateSync(this.#metrics, length); });
  }

  /** Adds the line of one epoch. */
  appendMetrics(line: Readonly<Record<string, unknown>>): void {
    this.#lock?.check();
    storing(this.#metrics, () => { fs.appendFileSync(this.#metrics, `${JSON.stringify(line)}\n`, { flush: true }); });
  }

  /** The lines of metrics.jsonl, but for a last one whose writing was cut off. */
  metrics<Line>(): Line[] {
    if (!fs.existsSync(this.#metrics)) return [];
    const lines = fs.readFileSync(this.#metrics, 'utf8').split('\n');
    return lines.slice(0, -1).flatMap((line, i) => (line === '' ? [] : [parseJsonObject(`${this.#metrics}, line ${i + 1}`, line) as Line]));
  }

  /** Notes a step of training for those who watch. @param done steps so far, of `total` at most */
  noteStep(done: number, total: number, loss: number): void {
    this.#steps.step(done, total, loss);
  }

  /** Marks the run as finished, with its result, and removes its checkpoint. */
  finish(result: Result): void {
    this.#lock?.check();
    writeFileAtomic(this.#done, `${JSON.stringify(result, null, 2)}\n`);
    this.checkpoint.remove();
    this.#steps.remove();
  }

  /** The result of a finished run. */
  result(): Result | undefined {
    return this.status() === 'done' ? (readJsonObject(this.#done) as Result) : undefined;
  }
}
