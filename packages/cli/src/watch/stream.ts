import type { ServerResponse } from 'node:http';
import type { Ledger } from './ledger';

/** Pages at a time. */
export const MAX_PAGES = 64;
/** A connection that says nothing is thought dead by what lies between. */
const HEARTBEAT_MS = 15_000;
/** Milliseconds after which a browser connects again. */
const RETRY_MS = 1000;

interface Page {
  readonly response: ServerResponse;
  version: number;
  /** What was written is not sent yet. */
  full: boolean;
}

/** Server-sent events: brings every page to the present version of a ledger, each as fast as it reads. */
export class Stream {
  readonly #pages = new Set<Page>();
  readonly #heartbeat = setInterval(() => { this.#beat(); }, HEARTBEAT_MS);

  /** @param instance tells this server from one before it: versions of another mean nothing */
  constructor(
    private readonly ledger: Ledger,
    private readonly instance: string,
  ) {
    this.#heartbeat.unref();
  }

  get pages(): number {
    return this.#pages.size;
  }

  /** Begins a stream. @param lastEventId what the browser got last, where it connects again. @returns false where there are too many */
  add(response: ServerResponse, lastEventId: string | undefined): boolean {
    if (this.#pages.size >= MAX_PAGES) return false;
    const [instance, version] = (lastEventId ?? '').split('.');
    const known = instance === this.instance && /^\d{1,15}$/.test(version ?? '') ? Number(version) : 0;
    const page: Page = { response, version: known <= this.ledger.version ? known : 0, full: false };
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: ${String(RETRY_MS)}\n\n`);
    response.on('drain', () => {
      page.full = false;
      this.#send(page);
    });
    const gone = () => { this.#pages.delete(page); };
    response.on('close', gone);
    response.on('error', gone);
    this.#pages.add(page);
    this.#send(page);
    return true;
  }

  /** Sends what is new. */
  send(): void {
    for (const page of this.#pages) this.#send(page);
  }

  /** Ends every stream. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const { response } of this.#pages) response.destroy();
    this.#pages.clear();
  }

  #send(page: Page): void {
    while (!page.full) {
      const step = this.ledger.since(page.version);
      if (!step) return;
      page.version = step.version;
      // JSON has no line end outside of what it escapes.
      page.full = !page.response.write(`event: update\nid: ${this.instance}.${String(step.version)}\ndata: ${JSON.stringify(step.update)}\n\n`);
    }
  }

  #beat(): void {
    for (const page of this.#pages) if (!page.full) page.full = !page.response.write(': still here\n\n');
  }
}
