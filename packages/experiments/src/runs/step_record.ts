import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseJsonObject } from './read_json';

/** Where a run notes how far it is between the lines of its metrics. */
export const PROGRESS_FILE = 'progress.json';

/** Written at most this often. */
const INTERVAL_MS = 1000;

/** How far a run's training is. */
export interface StepsDone {
  readonly step: number;
  /** At most. */
  readonly steps: number;
  /** Of the latest step; null where it is not finite. */
  readonly loss: number | null;
  /** Mean over the steps of this start, evaluations between them included; null before the second. */
  readonly stepMs: number | null;
}

/** Reads what a run noted. @throws Error naming the place where it is something else */
export function readStepRecord(place: string, text: string): StepsDone {
  const { step, steps, loss, stepMs } = parseJsonObject(place, text);
  const count = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!count(step) || !count(steps)) throw new Error(`${place}: damaged: expected whole numbers "step" and "steps", found ${JSON.stringify([step, steps]).slice(0, 60)}`);
  const finite = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
  return { step, steps, loss: finite(loss), stepMs: finite(stepMs) };
}

/** Keeps `progress.json` of a run's folder. What cannot be written is left out: it must not end a run that can go on. */
export class StepRecord {
  readonly #file: string;
  #first: { readonly step: number; readonly time: number } | undefined;
  #written = -Infinity;

  /** @param now milliseconds, for tests */
  constructor(
    folder: string,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#file = path.join(folder, PROGRESS_FILE);
  }

  /** A step is done. */
  step(step: number, steps: number, loss: number): void {
    const time = this.now();
    // The first step of a start records the graph; it says little about the rest.
    this.#first ??= { step, time };
    if (time - this.#written < INTERVAL_MS) return;
    this.#written = time;
    const since = step - this.#first.step;
    const done: StepsDone = { step, steps, loss: Number.isFinite(loss) ? loss : null, stepMs: since > 0 ? (time - this.#first.time) / since : null };
    try {
      fs.writeFileSync(this.#file, `${JSON.stringify(done)}\n`);
    } catch {
      // The next second tries again.
    }
  }

  /** The run is finished. */
  remove(): void {
    try {
      fs.rmSync(this.#file, { force: true });
    } catch {
      // A run that is finished says so elsewhere.
    }
  }
}
