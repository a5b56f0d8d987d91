import { randomBytes } from 'node:crypto';
import * as http from 'node:http';
import { UsageError } from '@cuda-activations/experiments';
import { readAssets } from './assets';
import { Catalogue, type Watched } from './catalogue';
import { Ledger } from './ledger';
import { HEADERS, isLoopback, refusal, sameSecret } from './requests';
import { Stream } from './stream';

/** Connections at a time: pages, and what they ask for. */
const MAX_CONNECTIONS = 256;

/** Where and what to serve. */
export interface WatchOptions extends Watched {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Whether the address has a random part that a request must know; it always has where other machines may ask. */
  readonly token: boolean;
  /** Told of what goes wrong on the way. */
  readonly complain: (text: string) => void;
}

/** A server that runs. */
export interface WatchServer {
  /** What to open. */
  readonly url: string;
  readonly port: number;
  /** Ends it, with every connection. */
  close(): Promise<void>;
}

/**
 * Serves the page of `activations watch`.
 * @throws UsageError where host or port cannot be had
 */
export async function serveWatch(options: WatchOptions): Promise<WatchServer> {
  const assets = readAssets();
  const ledger = new Ledger();
  const stream = new Stream(ledger, randomBytes(6).toString('hex'));
  const catalogue = new Catalogue(options, ledger, () => { stream.send(); }, options.complain);
  const token = options.token || !isLoopback(options.host) ? randomBytes(16).toString('hex') : '';

  const server = http.createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 8192 }, (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      answer(request, response);
    } catch {
      // A fault of one answer must not end the others.
      if (response.headersSent) response.destroy();
      else say(response, 500, 'this cannot be answered');
    }
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (_, socket) => { socket.destroy(); });

  function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const refused = refusal(request, options.host);
    if (refused) {
      if (refused.status === 405) response.setHeader('Allow', 'GET, HEAD');
      // Whatever it sends along is not waited for.
      response.setHeader('Connection', 'close');
      say(response, refused.status, refused.text);
      return;
    }
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const [, first = '', second, ...more] = path.split('/');
    const name = token === '' ? first : second;
    if (more.length > 0 || (token === '' ? second !== undefined : !sameSecret(first, token))) {
      say(response, 404, token === '' ? 'not found' : 'not found; use the address that the command printed');
      return;
    }
    if (name === undefined) {
      response.writeHead(308, { Location: `/${token}/` }).end();
      return;
    }
    const asset = assets.get(name);
    const parameters = new URLSearchParams(query);
    const id = parameters.get('run') ?? '';
    if (asset) send(response, 200, asset.type, asset.body);
    else if (name === 'events') openStream(request, response);
    else if (name === 'curve') sendJson(response, catalogue.curve(id, count(parameters.get('generation')), count(parameters.get('from'))));
    else if (name === 'details') sendJson(response, catalogue.details(id));
    else say(response, 404, 'not found');
  }

  function openStream(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' }).end();
      return;
    }
    const last = request.headers['last-event-id'];
    if (!stream.add(response, typeof last === 'string' ? last : undefined)) say(response, 503, 'too many pages are open');
  }

  await listen(server, options.host, options.port);
  server.on('error', (error) => { options.complain(error.message); });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  void catalogue.start();
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${String(port)}/${token === '' ? '' : `${token}/`}`,
    port,
    close: () =>
      new Promise((resolve) => {
        catalogue.stop();
        stream.close();
        server.close(() => { resolve(); });
        server.closeAllConnections();
      }),
  };
}

function send(response: http.ServerResponse, status: number, type: string, body: Buffer): void {
  // Node leaves the body out where the request was HEAD.
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.byteLength }).end(body);
}

function say(response: http.ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', Buffer.from(`${text}\n`));
}

function sendJson(response: http.ServerResponse, value: unknown): void {
  if (value === undefined) say(response, 404, 'no such run');
  else send(response, 200, 'application/json; charset=utf-8', Buffer.from(JSON.stringify(value)));
}

/** A whole number of a query; -1 where it is none. */
function count(text: string | null): number {
  return /^\d{1,9}$/.test(text ?? '') ? Number(text) : -1;
}

/** Why an address cannot be listened at, in the words of the options. */
const REASONS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `port: ${String(port)} is in use at ${host}; choose another with --port=N, or --port=0 for one that is free`,
  EACCES: (host, port) => `port: ${String(port)} at ${host} is not ours to use; expected 0 or one from 1024 to 65535`,
  EADDRNOTAVAIL: (host) => `host: ${host} is no address of this machine; expected 127.0.0.1, ::1, 0.0.0.0 or one of its own`,
  ENOTFOUND: (host) => `host: ${host} is not known; expected 127.0.0.1, ::1, 0.0.0.0 or a name or address of this machine`,
  EAI_AGAIN: (host) => `host: ${host} is not known; expected 127.0.0.1, ::1, 0.0.0.0 or a name or address of this machine`,
};

function listen(server: http.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      const reason = REASONS[error.code ?? ''];
      reject(reason ? new UsageError(reason(host, port), { cause: error }) : error);
    };
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}
