import { SingleBar, Presets } from 'cli-progress';
import { duration } from '../progress';

/** What the meter must know of a run of a list. */
export interface MeteredRun {
  /** Tells it from every other of the list, also before all about it is known. */
  readonly key: string;
  /** For people: `cnn-mnist relu sgd seed 3`. */
  readonly label: string;
  /** Runs of one kind cost about the same a step. */
  readonly kind: string;
  /** At most: a run may stop early. */
  readonly steps: number;
  /** A guess in milliseconds, until a run of the kind was measured. */
  readonly expectedStepMs: number;
  /** How many run side by side where this one does. */
  readonly lanes: number;
}

interface Cost {
  readonly expectedMs: number;
  steps: number;
  ms: number;
}

interface Active {
  readonly run: MeteredRun;
  readonly number: number;
  done: number;
  detail: string;
  last: number;
  measuring: boolean;
}

/** Plain lines come at most this often. */
const LINE_SECONDS = 15;

/**
 * Progress and remaining time over a whole list of runs of different kinds, several at a time: a bar on a terminal, a line now and
 * then elsewhere. The remaining time is an upper bound where runs may stop early.
 */
export class ListMeter {
  readonly #costs = new Map<string, Cost>();
  readonly #active = new Map<string, Active>();
  readonly #waiting: Map<string, MeteredRun>;
  readonly #bar: SingleBar | undefined;
  #total: number;
  #started = 0;
  #finished = 0;
  #lastLine: number;

  /**
   * @param runs those that are not finished, in any order
   * @param print one line of output
   * @param now milliseconds, for tests
   */
  constructor(
    runs: readonly MeteredRun[],
    private readonly print: (line: string) => void,
    terminal: boolean = process.stdout.isTTY,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#waiting = new Map(runs.map((run) => [run.key, run]));
    this.#total = runs.length;
    this.#lastLine = now();
    for (const { kind, expectedStepMs } of runs) if (!this.#costs.has(kind)) this.#costs.set(kind, { expectedMs: expectedStepMs, steps: 0, ms: 0 });
    if (terminal && runs.length > 0) {
      this.#bar = new SingleBar({ format: '{finished}/{runs} runs |{bar}| {percentage}% {detail}', hideCursor: true, clearOnComplete: true, etaBuffer: 1 }, Presets.shades_classic);
      this.#bar.start(1000, 0, { finished: 0, runs: this.#total, detail: '' });
    }
  }

  /** A run begins, `done` of its steps already behind it. */
  start(run: MeteredRun, done: number): void {
    this.#waiting.delete(run.key);
    this.#started += 1;
    // The first step of a run records the graph; it says little about the rest.
    this.#active.set(run.key, { run, number: this.#started, done, detail: '', last: this.now(), measuring: false });
    if (done > 0) this.line(run, `resumes after step ${done} of ${run.steps}`);
  }

  /** `done` of a run's steps are behind it. */
  step(run: MeteredRun, done: number, detail: string): void {
    const active = this.#active.get(run.key);
    const cost = this.#costs.get(run.kind);
    if (!active || !cost) return;
    const time = this.now();
    if (active.measuring) {
      cost.ms += time - active.last;
      cost.steps += done - active.done;
    }
    Object.assign(active, { done, detail, last: time, measuring: true });
    this.#show();
  }

  /** A line that stays, for example of a finished epoch. */
  line(run: MeteredRun, text: string): void {
    const number = this.#active.get(run.key)?.number ?? this.#started;
    this.#write(`[${number}/${this.#total}] ${run.label}: ${text}`);
  }

  /** The run is over, or was given up. */
  finish(run: MeteredRun): void {
    this.#active.delete(run.key);
    this.#finished += 1;
    this.#show();
  }

  /** A run that was planned turns out to be finished already. */
  drop(key: string): void {
    if (this.#waiting.delete(key)) this.#total -= 1;
  }

  /** Milliseconds until every run has done all its steps, at most; from what was measured, and before that from what is expected. */
  remainingMs(): number {
    const correction = this.#correction();
    const left = [...this.#waiting.values()].map((run) => ({ run, steps: run.steps })).concat([...this.#active.values()].map(({ run, done }) => ({ run, steps: run.steps - done })));
    // The last runs of a list leave lanes empty; with one run left there is nothing to share.
    return left.reduce((sum, { run, steps }) => sum + (steps * this.#stepMs(run.kind, correction)) / Math.max(1, Math.min(run.lanes, left.length)), 0);
  }

  /** Takes the bar away. */
  stop(): void {
    this.#bar?.stop();
  }

  /** How this machine compares with the expectations, by the kinds that were measured. */
  #correction(): number {
    let [measured, expected] = [0, 0];
    for (const { ms, steps, expectedMs } of this.#costs.values()) {
      measured += ms;
      expected += steps * expectedMs;
    }
    return expected > 0 ? measured / expected : 1;
  }

  #stepMs(kind: string, correction: number): number {
    const cost = this.#costs.get(kind);
    if (!cost) return 0;
    return cost.steps > 0 ? cost.ms / cost.steps : cost.expectedMs * correction;
  }

  #show(): void {
    const running = [...this.#active.values()];
    const eta = `at most ${duration(this.remainingMs() / 1000)} left`;
    if (this.#bar) {
      const left = this.#waiting.size + running.reduce((sum, { run, done }) => sum + 1 - done / run.steps, 0);
      this.#bar.update(Math.round(1000 * (1 - left / this.#total)), { finished: this.#finished, runs: this.#total, detail: `${eta}; ${running.map(({ run }) => run.label).join(', ')}` });
    } else if (this.now() - this.#lastLine >= LINE_SECONDS * 1000 && running.length > 0) {
      this.#write(`${this.#finished} of ${this.#total} runs, ${eta}; ${running.map(({ run, done, detail }) => `${run.label}: step ${done}/${run.steps}${detail && `, ${detail}`}`).join('; ')}`);
    }
  }

  #write(text: string): void {
    this.#lastLine = this.now();
    // The bar is drawn in one line: clear it, write, and the next update draws it again below.
    if (this.#bar) process.stdout.write('\r\x1b[K');
    this.print(text);
  }
}
