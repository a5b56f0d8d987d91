import { availableMemory, peakMemory, residentMemory } from './memory';

/** What a run is taken to need before one was measured. */
const FIRST_GUESS = 1.5 * 2 ** 30;
/** Share of a measured peak that is added: runs of other options may need more. */
const MARGIN = 1.15;

/** Keeps runs from starting where their memory would not suffice, and says which to stop where it does not. */
export class MemoryGuard {
  #peak = 0;

  /**
   * @param need bytes of one run; 0: the largest peak that was measured
   * @param reserve bytes that stay free
   * @param available bytes, for tests
   */
  constructor(
    private readonly need: number,
    private readonly reserve: number,
    private readonly available: () => number = availableMemory,
  ) {}

  /** Bytes that a run is taken to need. */
  get expected(): number {
    return this.need || (this.#peak === 0 ? FIRST_GUESS : this.#peak * MARGIN);
  }

  /** Notes what runs have taken so far. */
  measure(pids: readonly number[]): void {
    for (const pid of pids) this.#peak = Math.max(this.#peak, peakMemory(pid));
  }

  /** Whether one more run fits beside those that go on, which may still grow. One alone always may. */
  admits(pids: readonly number[]): boolean {
    if (pids.length === 0) return true;
    const growth = pids.reduce((sum, pid) => sum + Math.max(0, this.expected - residentMemory(pid)), 0);
    return this.available() - growth - this.reserve >= this.expected;
  }

  /** Whether a run must stop for the others to go on. */
  short(pids: readonly number[]): boolean {
    return pids.length > 1 && this.available() < this.reserve / 2;
  }
}
