import { spawn, type ChildProcess } from 'node:child_process';
import * as readline from 'node:readline';

/** How a process that measures is started. */
export interface WorkerCommand {
  /** For messages. */
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  /** Added to this process's environment. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Lines of stderr that an error message repeats. */
const LAST_LINES = 12;

/**
 * A process that answers requests, one line of JSON each way: `{"result": ...}` or `{"error": "..."}`. It stays up between
 * requests, so that arms of several processes (and languages) can alternate.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #pending: Pending[] = [];
  readonly #said: string[] = [];
  #ended: Error | undefined;

  constructor(private readonly command: WorkerCommand) {
    this.#child = spawn(command.program, command.arguments, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...command.environment } });
    const { stdin, stdout, stderr } = this.#child;
    if (!stdin || !stdout || !stderr) throw new Error(`${command.name}: no pipes`);
    readline.createInterface({ input: stdout }).on('line', (line) => { this.#answer(line); });
    readline.createInterface({ input: stderr }).on('line', (line) => {
      this.#said.push(line);
      if (this.#said.length > LAST_LINES) this.#said.shift();
    });
    // Writing to a process that is gone: its end says more.
    stdin.on('error', () => undefined);
    this.#child.on('error', (error) => { this.#end(error.message); });
    this.#child.on('close', (code, signal) => { this.#end(`ended with ${signal ?? `exit code ${String(code)}`}`); });
  }

  /** @throws Error with the worker's message, or what it said last where it is gone */
  request<Result>(message: Readonly<Record<string, unknown>>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      this.#pending.push({ resolve: resolve as (answer: unknown) => void, reject });
      this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
    });
  }

  /** Lets the process end, and waits for it. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    const closed = new Promise<void>((resolve) => this.#child.once('close', () => { resolve(); }));
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await closed;
    clearTimeout(timer);
  }

  #answer(line: string): void {
    // Libraries print too; an answer is an object with one of the two keys.
    let answer: unknown;
    try {
      answer = JSON.parse(line);
    } catch {
      return;
    }
    if (typeof answer !== 'object' || answer === null || !('result' in answer || 'error' in answer)) return;
    const pending = this.#pending.shift();
    if ('error' in answer) pending?.reject(new Error(`${this.command.name}: ${String(answer.error)}`));
    else pending?.resolve(answer.result);
  }

  #end(reason: string): void {
    this.#ended ??= new Error([`${this.command.name}: ${reason}`, ...this.#said].join('\n'));
    for (const { reject } of this.#pending.splice(0)) reject(this.#ended);
  }
}

/** Answers requests on stdin until it closes: the other side of {@link WorkerProcess}. */
export async function serve(handle: (message: Readonly<Record<string, unknown>>) => unknown): Promise<void> {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer: object;
    try {
      answer = { result: (await handle(JSON.parse(line) as Record<string, unknown>)) ?? null };
    } catch (error) {
      answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
