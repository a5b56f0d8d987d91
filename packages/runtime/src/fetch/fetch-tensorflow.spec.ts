import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { artefactFolder } from './cache';
import { fetchTensorFlow, type FetchOptions } from './fetch-tensorflow';
import { type Behaviour, fakeArtefact, FakeIndex, sandbox, serve } from './testing/fake-index';

const { artefact, bytes } = fakeArtefact();
const [wheel] = artefact.wheels;
if (!wheel) throw new Error('no wheel');
const started: FakeIndex[] = [];
const caches: string[] = [];

async function index(behaviour?: Behaviour, page: 'json' | 'html' = 'json', pageHash?: string): Promise<FakeIndex> {
  const server = await new FakeIndex(artefact, bytes, behaviour, page, pageHash).start();
  started.push(server);
  return server;
}

function box(server?: FakeIndex, environment = {}): ReturnType<typeof sandbox> {
  const made = sandbox(artefact, { ...(server ? { PIP_INDEX_URL: `${server.origin}/simple` } : { PIP_NO_INDEX: '1' }), ...environment });
  caches.push(made.cache);
  return made;
}

const libraryOf = (options: FetchOptions): string => path.join(artefactFolder(artefact, options.environment), 'tensorflow/libtensorflow_cc.so.2');
const partialOf = (options: { cache: string }): string => path.join(options.cache, 'downloads', `${wheel.file}.partial`);

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  for (const cache of caches.splice(0)) fs.rmSync(cache, { recursive: true, force: true });
});

describe('fetchTensorFlow', () => {
  it.each(['json', 'html'] as const)('unpacks what the wheel row keeps, from a %s index', async (page) => {
    const server = await index(undefined, page);
    const options = box(server);
    const location = await fetchTensorFlow(options);
    expect(location.libraries.every((library) => fs.existsSync(library))).toBe(true);
    expect(fs.readFileSync(path.join(location.includeDirectory, 'tensorflow/c/c_api.h'), 'utf8')).toBe('#pragma once\n');
    expect(fs.existsSync(path.join(location.includeDirectory, 'external'))).toBe(false);
    expect(fs.existsSync(path.join(location.directory, 'python'))).toBe(false);
    // The wheel is not kept once it is unpacked.
    expect(fs.readdirSync(path.join(options.cache, 'downloads'))).toEqual([]);
  });

  it('does nothing, and needs no network, when the cache is whole', async () => {
    const server = await index();
    const options = box(server);
    await fetchTensorFlow(options);
    const requests = server.requests.length;
    await server.stop();
    started.splice(0);
    await fetchTensorFlow({ ...options, verify: true });
    expect(server.requests).toHaveLength(requests);
    expect(options.log).toEqual([]);
  });

  it('resumes after a connection that breaks off', async () => {
    const server = await index((request, response, body, attempt) => {
      if (attempt > 2) return false;
      const start = Number(/(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start ? 206 : 200, { etag: '"fake"', 'content-length': body.length - start, ...(start ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {}) });
      response.write(body.subarray(start, start + 300_000), () => setTimeout(() => response.destroy(), 20));
      return true;
    });
    await fetchTensorFlow(box(server));
    const ranges = server.wheelRequests.map(({ headers }) => headers.range);
    expect(ranges[0]).toBeUndefined();
    // How much of a broken connection arrives depends on the machine's load; that it counts does not.
    const starts = ranges.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]));
    expect(starts[0]).toBeGreaterThan(0);
    expect(starts[0]).toBeLessThanOrEqual(300_000);
    expect(starts[1]).toBeGreaterThan(starts[0] ?? 0);
    expect(server.wheelRequests[1]?.headers['if-range']).toBe('"fake"');
  });

  it('starts again when the server ignores Range', async () => {
    const server = await index((_request, response, body) => {
      response.writeHead(200, { 'content-length': body.length });
      response.end(body);
      return true;
    });
    const options = box(server);
    fs.mkdirSync(path.dirname(partialOf(options)), { recursive: true });
    fs.writeFileSync(partialOf(options), Buffer.alloc(1234));
    await fetchTensorFlow(options);
    expect(server.wheelRequests.map(({ headers }) => headers.range)).toEqual(['bytes=1234-']);
  });

  it('starts again when the resumed bytes were of another file', async () => {
    const server = await index();
    const options = box(server);
    fs.mkdirSync(path.dirname(partialOf(options)), { recursive: true });
    fs.writeFileSync(partialOf(options), Buffer.alloc(1234));
    await fetchTensorFlow(options);
    expect(server.wheelRequests.map(({ headers }) => headers.range)).toEqual(['bytes=1234-', undefined]);
  });

  it('gives up a connection that stalls, and resumes', async () => {
    const server = await index((_request, response, body, attempt) => {
      if (attempt > 1) return false;
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 5000));
      return true;
    });
    const options = box(server);
    await fetchTensorFlow(options);
    expect(options.log.join('\n')).toMatch(/no data for 0.3 s.*5000 of/);
    expect(server.wheelRequests[1]?.headers.range).toBe('bytes=5000-');
  });

  it('rejects wrong bytes after one new try, and says which hash came', async () => {
    const wrong = Buffer.alloc(bytes.length, 7);
    const server = await index((request, response) => {
      serve(request, response, wrong);
      return true;
    });
    await expect(fetchTensorFlow(box(server))).rejects.toThrow(new RegExp(`has sha256 [0-9a-f]{64}, expected ${wheel.sha256}`));
    expect(server.wheelRequests).toHaveLength(2);
  });

  it('follows redirects, and repeats the range behind them', async () => {
    const server = await index((request, response) => {
      if (request.url?.includes('/files/')) response.writeHead(302, { location: `/cdn/${wheel.file}` }).end();
      return request.url?.includes('/files/') === true;
    });
    const options = box(server);
    fs.mkdirSync(path.dirname(partialOf(options)), { recursive: true });
    fs.writeFileSync(partialOf(options), bytes.subarray(0, 10));
    await fetchTensorFlow(options);
    expect(server.wheelRequests.map(({ url, headers }) => [url.split('/')[1], headers.range])).toEqual([
      ['files', 'bytes=10-'],
      ['cdn', 'bytes=10-'],
    ]);
  });

  it('tries again on 503 but not on 404, and the error lists what was tried and the ways out', async () => {
    const server = await index((_request, response, _bytes, attempt) => {
      response.writeHead(attempt === 1 ? 503 : 404).end();
      return true;
    });
    const failure = await fetchTensorFlow(box(server)).catch((error: Error) => error.message);
    expect(failure).toMatch(/404/);
    for (const way of ['TENSORFLOW_WHEEL', 'TENSORFLOW_DIR', 'CUDA_ACTIVATIONS_CACHE', wheel.sha256, 'PIP_INDEX_URL']) expect(failure).toContain(way);
    expect(server.wheelRequests).toHaveLength(2);
  });

  it('goes on to the next index, and never shows a password', async () => {
    const empty = await index((_request, response) => {
      response.writeHead(403).end();
      return true;
    });
    const good = await index();
    const options = box(empty, { PIP_INDEX_URL: `${empty.origin.replace('//', '//user:secret@')}/simple`, PIP_EXTRA_INDEX_URL: `http://127.0.0.1:1/simple ${good.origin}/simple` });
    await fetchTensorFlow(options);
    expect(empty.wheelRequests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`);
    const failure = await fetchTensorFlow(box(empty, { PIP_INDEX_URL: `${empty.origin.replace('//', '//user:secret@')}/simple` })).catch((error: Error) => error.message);
    expect(failure).toContain('403');
    expect(failure).not.toContain('secret');
  });

  it('refuses an index whose file of that name has another hash', async () => {
    const server = await index(undefined, 'html', '0'.repeat(64));
    await expect(fetchTensorFlow(box(server))).rejects.toThrow(/has sha256 0{64}, not/);
    expect(server.wheelRequests).toHaveLength(0);
  });

  it('takes the wheel from a find-links folder without any index', async () => {
    const options = box();
    const folder = path.join(options.cache, 'wheels');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, wheel.file), bytes);
    await fetchTensorFlow({ ...options, environment: { ...options.environment, PIP_FIND_LINKS: folder } });
    expect(fs.existsSync(path.join(folder, wheel.file))).toBe(true);
    expect(fs.existsSync(libraryOf(options))).toBe(true);
  });

  it('falls back to pip, and checks what pip brings', async () => {
    const options = box();
    const stored = path.join(options.cache, 'stored');
    const python = path.join(options.cache, 'python');
    // Stands for "python3 -m pip download ... -d FOLDER project==version".
    const script = `#!/bin/sh\nwhile [ "$1" != -d ]; do shift; done\necho "$3" > ${options.cache}/asked\ncp ${stored} "$2/${wheel.file}"\n`;
    fs.writeFileSync(python, script, { mode: 0o755 });
    const withPip = { ...options, pipFallback: true, environment: { ...options.environment, PYTHON: python } };
    fs.writeFileSync(stored, 'no wheel');
    await expect(fetchTensorFlow(withPip)).rejects.toThrow(/pip: pip's tensorflow_fake.*has sha256/);
    fs.writeFileSync(stored, bytes);
    await fetchTensorFlow(withPip);
    expect(fs.readFileSync(path.join(options.cache, 'asked'), 'utf8')).toBe('tensorflow-fake==1.0\n');
    expect(fs.existsSync(libraryOf(options))).toBe(true);
  });

  it('takes TENSORFLOW_WHEEL after checking its hash', async () => {
    const options = box();
    const file = path.join(options.cache, 'mine.whl');
    fs.writeFileSync(file, bytes.subarray(1));
    const environment = { ...options.environment, TENSORFLOW_WHEEL: file };
    await expect(fetchTensorFlow({ ...options, environment })).rejects.toThrow(/TENSORFLOW_WHEEL=.*mine.whl: it has sha256/);
    fs.writeFileSync(file, bytes);
    await fetchTensorFlow({ ...options, environment });
    expect(fs.existsSync(libraryOf(options))).toBe(true);
  });

  it('fetches again when a file is missing or short, and with verify when its content changed', async () => {
    const server = await index();
    const options = box(server);
    await fetchTensorFlow(options);
    const library = libraryOf(options);
    const good = fs.readFileSync(library);
    fs.truncateSync(library, 10);
    await fetchTensorFlow(options);
    expect(options.log.pop()).toMatch(/libtensorflow_cc.so.2 has 10 bytes instead of 1000000/);
    expect(fs.readFileSync(library).equals(good)).toBe(true);
    fs.writeFileSync(library, Buffer.alloc(good.length));
    await fetchTensorFlow(options);
    expect(fs.readFileSync(library).equals(good)).toBe(false);
    await fetchTensorFlow({ ...options, verify: true });
    expect(fs.readFileSync(library).equals(good)).toBe(true);
  });

  it('says how much room is missing', async () => {
    const server = await index();
    const options = box(server);
    const huge = { ...artefact, unpackedSize: 1e18 };
    await expect(fetchTensorFlow({ ...options, artefact: huge })).rejects.toThrow(/not enough disk space.*MB free, 1000000000001 MB are needed/s);
    expect(server.wheelRequests).toHaveLength(0);
  });

  it.each([
    ['../escape', 0o100644, /invalid relative path|outside/],
    ['tensorflow/include/link', 0o120777, /symbolic link/],
  ])('refuses a wheel with the member %s', async (name, mode, message) => {
    const evil = fakeArtefact([{ name: name === '../escape' ? 'tensorflow/include/../../../escape' : name, content: Buffer.from('/etc/passwd'), mode }]);
    const options = sandbox(evil.artefact, { PIP_NO_INDEX: '1' });
    caches.push(options.cache);
    const file = path.join(options.cache, 'evil.whl');
    fs.writeFileSync(file, evil.bytes);
    await expect(fetchTensorFlow({ ...options, environment: { ...options.environment, TENSORFLOW_WHEEL: file } })).rejects.toThrow(message);
    expect(fs.existsSync(path.join(options.cache, 'escape'))).toBe(false);
  });
});

describe('several processes', () => {
  const child = (options: ReturnType<typeof sandbox>): ReturnType<typeof fork> =>
    fork(path.join(__dirname, 'testing/fetch-child.cjs'), [JSON.stringify({ environment: options.environment, artefact: options.artefact })], { silent: true });

  it('resumes what a killed process left, past its lock', async () => {
    const server = await index((_request, response, body, attempt) => {
      if (attempt > 1) return false;
      response.writeHead(200, { etag: '"fake"', 'content-length': body.length });
      response.write(body.subarray(0, 400_000));
      return true;
    });
    const options = box(server);
    const first = child(options);
    const arrived = (): number => fs.statSync(partialOf(options), { throwIfNoEntry: false })?.size ?? 0;
    while (arrived() < 400_000 && first.exitCode === null) await sleep(20);
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(arrived()).toBe(400_000);
    // The lock of a process that is gone counts as stale once it has not been touched for a while.
    const lock = `${artefactFolder(artefact, options.environment)}.lock`;
    const old = new Date(Date.now() - 60_000);
    fs.utimesSync(lock, old, old);
    await fetchTensorFlow(options);
    expect(server.wheelRequests[1]?.headers.range).toBe('bytes=400000-');
  }, 30_000);

  it('downloads once for two processes at the same time', async () => {
    const server = await index((request, response, body) => {
      void sleep(500).then(() => serve(request, response, body));
      return true;
    });
    const options = box(server);
    const both = [child(options), child(options)];
    const codes = await Promise.all(both.map((process) => once(process, 'exit')));
    expect(codes.map(([code]) => code as number)).toEqual([0, 0]);
    expect(server.wheelRequests).toHaveLength(1);
  }, 30_000);
});
