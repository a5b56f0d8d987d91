import { SingleBar, Presets } from 'cli-progress';

/** Seconds as m:ss or h:mm:ss. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Plain lines come at most this often. */
const LINE_SECONDS = 10;

/** Steps of a list of runs: a bar with remaining time on a terminal, a line now and then elsewhere. */
export class ListProgress {
  readonly #bar: SingleBar | undefined;
  #run = 0;
  #label = '';
  #steps = 0;
  #finishedSteps = 0;
  #measuredSteps = 0;
  #measuredMs = 0;
  #last = 0;
  #lastStep = 0;
  #first = true;
  #lastLine = performance.now();

  /**
   * @param runs how many there are
   * @param totalSteps steps of all of them, at most
   * @param print one line of output
   */
  constructor(
    private readonly runs: number,
    private totalSteps: number,
    private readonly print: (line: string) => void,
    terminal: boolean = process.stdout.isTTY,
  ) {
    if (terminal) {
      this.#bar = new SingleBar({ format: '{run} |{bar}| {percentage}% {detail}', hideCursor: true, clearOnComplete: true, etaBuffer: 1 }, Presets.shades_classic);
    }
  }

  /** The next run begins, `done` of its `steps` steps already behind it. */
  start(label: string, steps: number, done: number): void {
    this.#run += 1;
    this.#label = label;
    this.#steps = steps;
    this.#lastStep = done;
    this.#first = true;
    this.#last = performance.now();
    this.#bar?.start(steps, done, { run: this.#head(), detail: '' });
  }

  /** A step is done. */
  step(done: number, detail: string): void {
    const now = performance.now();
    // The first step of a run records the graph; it says little about the rest.
    if (this.#first) this.#first = false;
    else {
      this.#measuredMs += now - this.#last;
      this.#measuredSteps += 1;
    }
    this.#last = now;
    this.#lastStep = done;
    const perStep = this.#measuredSteps > 0 ? this.#measuredMs / this.#measuredSteps / 1000 : 0;
    const here = (this.#steps - done) * perStep;
    const all = Math.max(0, this.totalSteps - this.#finishedSteps - done) * perStep;
    const remaining = this.#measuredSteps === 0 ? 'ETA not known yet' : this.runs > 1 ? `ETA ${duration(here)}, all runs ${duration(all)}` : `ETA ${duration(here)}`;
    if (this.#bar) this.#bar.update(done, { run: this.#head(), detail: `${detail}, ${remaining}` });
    else if (now - this.#lastLine >= LINE_SECONDS * 1000) {
      this.#lastLine = now;
      this.print(`${this.#head()}: step ${done}/${this.#steps}, ${detail}, ${(perStep * 1000).toFixed(0)} ms a step, ${remaining}`);
    }
  }

  /** A line that stays, for example of a finished epoch. */
  line(text: string): void {
    this.#lastLine = performance.now();
    // The bar is drawn in one line: clear it, write, and the next update draws it again below.
    if (this.#bar) process.stdout.write('\r\x1b[K');
    this.print(`${this.#head()}: ${text}`);
  }

  /** The run is over; steps that it did not need (early stopping) leave the total. */
  finish(): void {
    this.totalSteps -= this.#steps - this.#lastStep;
    this.#finishedSteps += this.#lastStep;
    this.stop();
  }

  /** Takes the bar away. */
  stop(): void {
    this.#bar?.stop();
  }

  #head(): string {
    return `[${this.#run}/${this.runs}] ${this.#label}`;
  }
}
