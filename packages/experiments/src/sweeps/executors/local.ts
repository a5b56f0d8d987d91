import { spawn, type ChildProcess } from 'node:child_process';
import type { Output } from '../../command';
import { EXIT } from '../../exit_codes';
import { duration } from '../../progress';
import { InterruptRequest } from '../../runs/interrupt';
import { lockOwner } from '../../runs/lock';
import { threadEnvironment } from '../../threads';
import { isWaiting, itemValues } from '../item';
import { sweepStatus } from '../status';
import { describeValues } from '../task';
import { shellQuoted, taskCommand, type SweepExecutor, type Work } from './executor';
import type { MemoryGuard } from './memory_guard';

/** How a sweep runs on this machine. */
export interface LocalOptions {
  /** Runs at a time. */
  readonly processes: number;
  readonly guard: MemoryGuard;
}

/** How often memory, cancellation and items that other processes run are looked at. */
const TICK_MS = 500;
/** Starts of an item whose process was killed, before it counts as failed. */
const STARTS = 3;
/** Lines that a process says before it dies without a word of its own. */
const LAST_LINES = 20;

/** Runs items as processes of this machine, until none is left. */
export class LocalExecutor implements SweepExecutor {
  readonly name = 'local';

  constructor(private readonly options: LocalOptions) {}

  describe(work: Work): string {
    const environment = Object.entries(threadEnvironment(work.threads)).map(([name, value]) => `${name}=${value}`);
    return work.items.map((index) => [...environment, ...taskCommand(work, index).map(shellQuoted)].join(' ')).join('\n');
  }

  submit(work: Work, output: Output): Promise<number> {
    return new LocalRun(work, this.options, output).run();
  }
}

interface Active {
  readonly index: number;
  readonly child: ChildProcess;
  /** Stopped to free memory: it is started again later. */
  shed: boolean;
}

class LocalRun {
  readonly #queue: number[];
  readonly #active = new Set<Active>();
  readonly #starts = new Map<number, number>();
  readonly #request: InterruptRequest;
  #processes: number;
  #failed = 0;
  #finished = 0;
  #wake: () => void = () => undefined;
  #stopping = false;

  constructor(
    private readonly work: Work,
    private readonly options: LocalOptions,
    private readonly output: Output,
  ) {
    this.#queue = [...work.items];
    this.#processes = options.processes;
    this.#request = new InterruptRequest((signal) => { output.complain(`\n${signal}: runs write a checkpoint and stop (again to quit at once)`); });
  }

  async run(): Promise<number> {
    const { output, work } = this;
    output.print(`${this.#queue.length} of ${work.folder.sweep.items} items to run, ${this.#processes} at a time, ${work.threads} thread${work.threads === 1 ? '' : 's'} each`);
    const unlisten = this.#request.listen();
    try {
      while (this.#active.size > 0 || (this.#queue.length > 0 && !this.#stopping)) {
        this.#look();
        if (!this.#stopping) this.#fill();
        await this.#tick();
        // What waits for failed items alone will not come.
        if (this.#active.size === 0 && !this.#stopping && this.#stuck()) break;
      }
      return this.#outcome();
    } finally {
      unlisten();
    }
  }

  /** Starts what may be started. */
  #fill(): void {
    for (let i = 0; i < this.#queue.length && this.#active.size < this.#processes; ) {
      const index = this.#queue[i] ?? 0;
      const { folder } = this.work;
      if (folder.has('done', index)) {
        this.#queue.splice(i, 1);
      } else if (isWaiting(itemValues(folder, index))) {
        // The items behind it are of its round or of later ones.
        break;
      } else if (lockOwner(folder.mark('running', index))) {
        // Another process has it: a machine, or what is left of an earlier start.
        i += 1;
      } else if (!this.options.guard.admits(this.#pids())) {
        break;
      } else {
        this.#queue.splice(i, 1);
        this.#start(index);
      }
    }
  }

  #start(index: number): void {
    const [program = '', ...argv] = taskCommand(this.work, index);
    // The channel tells the process when this one is gone.
    const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, ...threadEnvironment(this.work.threads) } });
    const active: Active = { index, child, shed: false };
    this.#active.add(active);
    this.#starts.set(index, (this.#starts.get(index) ?? 0) + 1);
    const last: string[] = [];
    child.stderr?.on('data', (text: Buffer) => {
      last.push(...text.toString().split('\n').filter((line) => line !== ''));
      last.splice(0, last.length - LAST_LINES);
    });
    child.once('error', (error) => { last.push(error.message); });
    child.once('close', (code, signal) => {
      this.#active.delete(active);
      this.#ended(active, code, signal, last);
      this.#wake();
    });
  }

  #ended({ index, shed }: Active, code: number | null, signal: NodeJS.Signals | null, last: readonly string[]): void {
    const { folder } = this.work;
    if (folder.has('done', index)) {
      this.#finished += 1;
      this.#say(index, 'done');
    } else if (folder.has('failed', index)) {
      this.#failed += 1;
      this.#say(index, `failed: ${folder.failure(index)?.lines.at(-1) ?? ''}`);
    } else if (this.#stopping) {
      this.#queue.push(index);
    } else if (shed || code === EXIT.interrupted || code === EXIT.terminated || (this.#starts.get(index) ?? 0) < STARTS) {
      if (!shed) this.#say(index, `its process ended with ${signal ?? `exit code ${code}`}; it goes on from its last checkpoint`);
      this.#queue.unshift(index);
    } else {
      const values = itemValues(folder, index);
      folder.fail({ index, values: isWaiting(values) ? {} : values, end: `${signal ?? `exit code ${code}`}, ${STARTS} times`, lines: last });
      this.#failed += 1;
      this.#say(index, `failed: its process ended with ${signal ?? `exit code ${code}`} ${STARTS} times${signal === 'SIGKILL' ? ' (out of memory?)' : ''}`);
    }
  }

  /** Looks at memory, cancellation and signals. */
  #look(): void {
    const { guard } = this.options;
    guard.measure(this.#pids());
    const signal = this.#request.signal;
    if (!this.#stopping && (signal !== undefined || this.work.folder.cancelled())) {
      this.#stopping = true;
      for (const { child } of this.#active) child.kill('SIGTERM');
    }
    const running = [...this.#active].filter(({ shed }) => !shed);
    if (running.length === this.#active.size && guard.short(this.#pids())) {
      const youngest = running.at(-1);
      if (!youngest) return;
      youngest.shed = true;
      youngest.child.kill('SIGTERM');
      this.#processes = Math.max(1, this.#processes - 1);
      this.output.print(`memory is short: item ${youngest.index} stops with a checkpoint and is started again later; ${this.#processes} at a time from now on`);
    }
  }

  /** Whether no item that is left can ever start here. */
  #stuck(): boolean {
    return this.#queue.length > 0 && this.#queue.every((index) => {
      const values = itemValues(this.work.folder, index);
      return isWaiting(values) && values.open.every((rival) => values.failed.includes(rival));
    });
  }

  #tick(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, TICK_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #pids(): number[] {
    return [...this.#active].flatMap(({ child: { pid } }) => pid ?? []);
  }

  #say(index: number, what: string): void {
    const values = itemValues(this.work.folder, index);
    this.output.print(`[${this.#finished + this.#failed}/${this.work.items.length}] item ${index} ${isWaiting(values) ? '' : describeValues(values)}: ${what}`);
  }

  #outcome(): number {
    const { folder } = this.work;
    const { done, failed, items, leftSeconds } = sweepStatus(folder);
    const left = leftSeconds === null || done + failed === items ? '' : `, about ${duration(leftSeconds / this.#processes)} left`;
    this.output.print(`${done} of ${items} items done, ${failed} failed${left}`);
    if (this.#request.signal !== undefined) return this.#request.signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    if (folder.cancelled()) return EXIT.terminated;
    return done === items ? EXIT.done : EXIT.failed;
  }
}
