import { EXIT } from '../exit_codes';

/** Thrown once a run has stopped on request and its checkpoint is written. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(
    readonly signal: NodeJS.Signals,
    message = `interrupted by ${signal}`,
  ) {
    super(message);
  }

  /** 128 + the signal's number, as shells have it. */
  get exitCode(): number {
    return this.signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
}

/** A terminal sends SIGINT to the whole group and nx passes it on, so one Ctrl-C arrives several times at once. */
const SAME_REQUEST_MS = 1000;

/**
 * Turns signals into a request to stop: the first one lets the current step and its checkpoint finish, the next one, a second or
 * more later, ends the process at once.
 */
export class InterruptRequest {
  #signal: NodeJS.Signals | undefined;
  #since = 0;

  /** @param announce told once, at the first signal */
  constructor(private readonly announce: (signal: NodeJS.Signals) => void) {}

  /** Starts listening. @returns a function that stops it */
  listen(): () => void {
    const handle = (signal: NodeJS.Signals) => { this.receive(signal, performance.now()); };
    const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, handle);
    return () => {
      for (const signal of signals) process.off(signal, handle);
    };
  }

  /** A signal came in at `time` (ms), by a clock that nobody sets. */
  receive(signal: NodeJS.Signals, time: number): void {
    if (this.#signal === undefined) {
      this.#signal = signal;
      this.#since = time;
      this.announce(signal);
    } else if (time - this.#since >= SAME_REQUEST_MS) {
      process.exit(new Interrupted(signal).exitCode);
    }
  }

  /** The signal that asked for a stop, if one did. */
  get signal(): NodeJS.Signals | undefined {
    return this.#signal;
  }
}
