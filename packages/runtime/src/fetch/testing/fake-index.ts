import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Artefact, Wheel } from '../artefacts';
import type { Environment } from '../cache';
import type { FetchOptions } from '../fetch-tensorflow';
import { makeZip, type Member } from './zip';

/** A wheel of a megabyte with the layout of TensorFlow's. */
export function fakeArtefact(extra: readonly Member[] = [], libraryBytes = 1_000_000): { artefact: Artefact; bytes: Buffer } {
  const bytes = makeZip([
    { name: 'tensorflow/libtensorflow_framework.so.2', content: randomBytes(1000) },
    { name: 'tensorflow/libtensorflow_cc.so.2', content: randomBytes(libraryBytes) },
    { name: 'tensorflow/include/tensorflow/c/c_api.h', content: Buffer.from('#pragma once\n') },
    { name: 'tensorflow/include/external/other/other.h', content: Buffer.from('dropped\n') },
    { name: 'tensorflow/python/init.py', content: Buffer.from('not kept\n') },
    ...extra,
  ]);
  const libraries = ['tensorflow/libtensorflow_framework.so.2', 'tensorflow/libtensorflow_cc.so.2'];
  const wheel: Wheel = {
    project: 'tensorflow-fake',
    version: '1.0',
    file: 'tensorflow_fake-1.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    pipPlatform: 'manylinux_2_27_x86_64',
    keep: [...libraries, 'tensorflow/include/'],
    drop: ['tensorflow/include/external/'],
  };
  return { bytes, artefact: { folder: '1.0-fake', wheels: [wheel], unpackedSize: libraryBytes + 10_000, libraries, include: 'tensorflow/include' } };
}

/** How the server treats a request for the wheel: returns true when it has answered. */
export type Behaviour = (request: http.IncomingMessage, response: http.ServerResponse, bytes: Buffer, attempt: number) => boolean;

/** A package index on localhost, with every request recorded. */
export class FakeIndex {
  readonly requests: { url: string; headers: http.IncomingHttpHeaders }[] = [];
  private readonly server: http.Server;
  private attempts = 0;

  constructor(
    readonly artefact: Artefact,
    readonly bytes: Buffer,
    readonly behaviour: Behaviour = () => false,
    readonly page: 'json' | 'html' = 'json',
    readonly pageHash?: string,
  ) {
    this.server = http.createServer((request, response) => this.answer(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get wheelRequests(): readonly { url: string; headers: http.IncomingHttpHeaders }[] {
    return this.requests.filter(({ url }) => url.endsWith('.whl'));
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { url = '' } = request;
    this.requests.push({ url, headers: request.headers });
    const [wheel] = this.artefact.wheels;
    if (wheel && url === `/simple/${wheel.project}/`) this.listing(wheel, response);
    else if (url.endsWith('.whl')) {
      if (!this.behaviour(request, response, this.bytes, ++this.attempts)) serve(request, response, this.bytes);
    } else response.writeHead(404).end();
  }

  private listing(wheel: Wheel, response: http.ServerResponse): void {
    const sha256 = this.pageHash ?? wheel.sha256;
    if (this.page === 'json') {
      response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json');
      response.end(JSON.stringify({ files: [{ filename: wheel.file, url: `../../files/${wheel.file}`, hashes: { sha256 } }] }));
    } else {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<html><body><a href="/other-1.whl">other</a>\n<a  data-requires-python='&gt;=3.9' href='../../files/${wheel.file}#sha256=${sha256}'>${wheel.file}</a></body></html>`);
    }
  }
}

/** A well-behaved file server with ranges. */
export function serve(request: http.IncomingMessage, response: http.ServerResponse, bytes: Buffer): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.setHeader('etag', '"fake"');
  response.setHeader('content-length', bytes.length - start);
  if (request.headers.range) response.writeHead(206, { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` });
  response.end(bytes.subarray(start));
}

/** Everything a fetch needs to run against a fake index: an own cache, no pip files, short timeouts; `log` gathers what is reported. */
export function sandbox(artefact: Artefact, environment: Environment = {}): FetchOptions & { cache: string; log: string[] } {
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'fetch-'));
  const log: string[] = [];
  return {
    cache,
    log,
    artefact,
    environment: { PATH: process.env['PATH'], PIP_CONFIG_FILE: os.devNull, CUDA_ACTIVATIONS_CACHE: cache, ...environment },
    stallTimeout: 300,
    retry: { attempts: 3, pause: 1 },
    pipFallback: false,
    progress: () => ({ begin: () => undefined, update: () => undefined, end: () => undefined, note: (line) => void log.push(line) }),
  };
}
