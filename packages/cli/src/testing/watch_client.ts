import * as http from 'node:http';
import type { Overview, Row, Update } from '../page/protocol';

/** An answer of a server. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Asks a server on this machine, with the path as it is: fetch would tidy it up. */
export function ask(port: number, path: string, options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly host?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: options.host ?? '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() }); });
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

/** Follows the events of a server as the page does. */
export class Follower {
  readonly rows = new Map<string, Row>();
  readonly updates: Update[] = [];
  overview: Overview | undefined;
  lastId = '';
  closed = false;
  status = 0;
  #request: http.ClientRequest;
  #response: http.IncomingMessage | undefined;
  #text = '';
  #waiting: (() => void)[] = [];

  constructor(port: number, lastEventId?: string, path = '/events') {
    this.#request = http.get({ host: '127.0.0.1', port, path, headers: lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }, agent: false }, (response) => {
      this.#response = response;
      this.status = response.statusCode ?? 0;
      response.setEncoding('utf8');
      response.on('data', (text: string) => { this.#take(text); });
      response.on('close', () => { this.#end(); });
      response.on('error', () => { this.#end(); });
    });
    this.#request.on('error', () => { this.#end(); });
  }

  /** Waits until something holds. */
  async until(holds: () => boolean, what: string, limitMs = 15_000): Promise<void> {
    const end = performance.now() + limitMs;
    while (!holds()) {
      const left = end - performance.now();
      if (left <= 0) throw new Error(`${what}: not within ${String(limitMs)} ms; rows: ${JSON.stringify([...this.rows.values()]).slice(0, 2000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The row with a name. */
  named(name: string): Row | undefined {
    return [...this.rows.values()].find((row) => row.name === name);
  }

  /** Reads nothing for the time being. */
  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  close(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const event = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      const data = /^data: (.*)$/m.exec(event)?.[1];
      this.lastId = /^id: (.*)$/m.exec(event)?.[1] ?? this.lastId;
      if (data !== undefined) this.#apply(JSON.parse(data) as Update);
    }
    this.#wake();
  }

  #apply(update: Update): void {
    this.updates.push(update);
    if (update.reset) this.rows.clear();
    for (const row of update.rows) this.rows.set(row.id, row);
    for (const id of update.removed) this.rows.delete(id);
    this.overview = update.overview ?? this.overview;
  }

  #end(): void {
    this.closed = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
