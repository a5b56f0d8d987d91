import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { SweepFolder } from '@cuda-activations/experiments';
import type { Curve, Details } from '../page/protocol';
import { appendEpoch, epochLine, writeRun } from '../testing/fake_runs';
import { ask, Follower } from '../testing/watch_client';
import { serveWatch, type WatchOptions, type WatchServer } from './server';
import { MAX_PAGES } from './stream';

let folder: string;
let runsDir: string;
const servers: WatchServer[] = [];
const followers: Follower[] = [];
const complaints: string[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-'));
  runsDir = path.join(folder, 'runs');
});
afterEach(async () => {
  for (const follower of followers.splice(0)) follower.close();
  for (const server of servers.splice(0)) await server.close();
  fs.rmSync(folder, { recursive: true, force: true });
  expect(complaints.splice(0)).toEqual([]);
});

async function serve(options: Partial<WatchOptions> = {}): Promise<WatchServer> {
  const server = await serveWatch({ runs: runsDir, sweepRoots: [path.join(folder, 'sweeps')], sweeps: [], host: '127.0.0.1', port: 0, token: false, complain: (text) => { complaints.push(text); }, ...options });
  servers.push(server);
  return server;
}

function followerOf({ port }: WatchServer, lastEventId?: string): Follower {
  const follower = new Follower(port, lastEventId);
  followers.push(follower);
  return follower;
}

describe('what is served', () => {
  test('the page, its parts, and nothing else; every answer with the headers that shut it in', async () => {
    const { port, url } = await serve();
    expect(url).toBe(`http://127.0.0.1:${String(port)}/`);
    const page = await ask(port, '/');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    // No script, style or handler inside the page, and no address of another host.
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|https?:/);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => `/${name ?? ''}`);
    expect(parts.sort()).toEqual(['/icon.svg', '/icon.svg', '/main.js', '/watch.css']);
    for (const place of [...parts, '/chart.js', '/none', '/events/', '/curve', '/details?run=1']) {
      const { headers, status } = await ask(port, place);
      expect([place, status]).toEqual([place, parts.includes(place) || place === '/chart.js' ? 200 : 404]);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin' });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test.each(['/../package.json', '/%2e%2e/package.json', '/..%2f..%2fpackage.json', '//etc/passwd', '/main.js/..', '/watch.css%00', '/details?run=../../../etc/passwd', '/curve?run=%2fetc%2fpasswd&from=0', 'http://evil.example/', '/main.d.ts', '/.tsbuildinfo', '/constructor', '/__proto__'])(
    '%s is not found', async (place) => {
      const { port } = await serve();
      expect((await ask(port, place)).status).toBe(404);
    },
  );

  test('only GET and HEAD, for hosts and origins that are ours', async () => {
    const { port } = await serve();
    const head = await ask(port, '/', { method: 'HEAD' });
    expect([head.status, head.text, Number(head.headers['content-length']) > 500]).toEqual([200, '', true]);
    expect((await ask(port, '/events', { method: 'HEAD' })).status).toBe(200);
    const post = await ask(port, '/', { method: 'POST' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await ask(port, '/events', { headers: { host: 'evil.example' } })).status).toBe(421);
    expect((await ask(port, '/events', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await ask(port, '/', { headers: { host: `localhost:${String(port)}` } })).status).toBe(200);
  });

  test('what is no HTTP ends that connection alone', async () => {
    const { port } = await serve();
    await new Promise<void>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.write('\u0016\u0003\u0001 nonsense\r\n\r\n'); });
      socket.on('error', () => undefined);
      socket.on('close', () => { resolve(); });
      socket.resume();
    });
    expect((await ask(port, '/')).status).toBe(200);
  });

  test('with a token only who knows it is answered', async () => {
    const { port, url } = await serve({ token: true });
    const token = new URL(url).pathname;
    expect(token).toMatch(/^\/[0-9a-f]{32}\/$/);
    for (const place of ['/', '/main.js', '/events', `${token.slice(0, -2)}0x/`, `/${token}`]) expect((await ask(port, place)).status).toBe(404);
    expect((await ask(port, token)).status).toBe(200);
    expect((await ask(port, `${token}main.js`)).status).toBe(200);
    expect((await ask(port, token.slice(0, -1))).headers.location).toBe(token);
  });

  test('where other machines may ask there is always a token', async () => {
    const { url, port } = await serve({ host: '0.0.0.0' });
    expect(new URL(url).pathname).toMatch(/^\/[0-9a-f]{32}\/$/);
    expect((await ask(port, '/')).status).toBe(404);
    expect((await ask(port, new URL(url).pathname, { headers: { host: 'evil.example' } })).status).toBe(421);
  });

  test('it listens at this machine\'s own address alone', async () => {
    const { port } = await serve();
    const others = Object.values(os.networkInterfaces()).flatMap((addresses) => addresses ?? []).filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) await expect(ask(port, '/', { host: address })).rejects.toThrow(/ECONNREFUSED/);
  });

  test('a port in use and an address of another machine are named', async () => {
    const { port } = await serve();
    await expect(serve({ port })).rejects.toThrow(`port: ${String(port)} is in use at 127.0.0.1; choose another with --port=N`);
    await expect(serve({ host: '192.0.2.1' })).rejects.toThrow(/^host: 192\.0\.2\.1 is no address of this machine/);
    await expect(serve({ host: 'no-such-host.invalid' })).rejects.toThrow(/^host: no-such-host\.invalid is not known/);
  });
});

describe('runs', () => {
  test('states, numbers and remaining time of what is there, and what changes', async () => {
    writeRun(runsDir, 'cnn-mnist', 'finished', { state: 'done', epochs: 4, complete: 3 });
    writeRun(runsDir, 'cnn-mnist', 'stopped', { state: 'interrupted', epochs: 4, complete: 2 });
    const going = writeRun(runsDir, 'cnn-mnist', 'going', { state: 'running', epochs: 4, complete: 1 });
    fs.mkdirSync(path.join(runsDir, 'cnn-mnist', 'report'));
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size === 3, 'three runs');
    expect(follower.named('finished')).toMatchObject({ state: 'done', experiment: 'cnn-mnist', sweep: '', epoch: 3, epochs: 3, testAccuracy: 96.5, points: 3, left: '' });
    expect(follower.named('stopped')).toMatchObject({ state: 'interrupted', epoch: 2, epochs: 4, testAccuracy: null });
    // 50 + 100 of 400 steps, 20 ms each.
    expect(follower.named('going')).toMatchObject({ state: 'running', epoch: 1, epochs: 4, step: 150, steps: 400, leftSeconds: 5, left: '0:05' });
    appendEpoch(going, 2);
    await follower.until(() => follower.named('going')?.epoch === 2, 'the second epoch');
    writeRun(runsDir, 'apl-depth', 'new', { state: 'running', epochs: 9, complete: 0 });
    await follower.until(() => follower.named('new')?.state === 'running', 'a new run of a new experiment');
    expect(follower.named('new')).toMatchObject({ trainLoss: 0.5, epoch: 0, points: 0 });
    fs.rmSync(path.join(going, 'lock'));
    fs.writeFileSync(path.join(going, 'DONE'), '{"test":{"accuracy":90},"epochs":2}');
    await follower.until(() => follower.named('going')?.state === 'done', 'its end');
    fs.rmSync(path.join(runsDir, 'cnn-mnist', 'stopped'), { recursive: true });
    await follower.until(() => follower.named('stopped') === undefined, 'that it is gone');
    expect(follower.updates.filter(({ reset }) => reset).length).toBe(1);
  }, 30_000);

  test('a curve is given out whole, and then from a point on; one that was rewritten whole again', async () => {
    const run = writeRun(runsDir, 'e', 'going', { state: 'running', epochs: 9, complete: 3 });
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size === 1, 'the run');
    const { id = '' } = follower.named('going') ?? {};
    const curve = async (generation: number, from: number) => JSON.parse((await ask(server.port, `/curve?run=${id}&generation=${String(generation)}&from=${String(from)}`)).text) as Curve;
    const first = await curve(-1, 0);
    const { trainLoss } = JSON.parse(epochLine(1)) as { trainLoss: number };
    expect(first).toMatchObject({ generation: 0, from: 0, epoch: [1, 2, 3] });
    expect(first.trainLoss[0]).toBe(trainLoss);
    appendEpoch(run, 4);
    await follower.until(() => follower.named('going')?.points === 4, 'the next point');
    expect(await curve(first.generation, 3)).toMatchObject({ from: 3, epoch: [4] });
    expect(await curve(first.generation, 99)).toMatchObject({ from: 4, epoch: [] });
    fs.writeFileSync(path.join(run, 'metrics.jsonl'), epochLine(1));
    await follower.until(() => follower.named('going')?.points === 1, 'that it was rewritten');
    expect(await curve(first.generation, 4)).toMatchObject({ generation: 1, from: 0, epoch: [1] });
  }, 30_000);

  test('details: configuration, result, place', async () => {
    writeRun(runsDir, 'e', 'r', { state: 'done', epochs: 2, complete: 2, config: { parameters: { alpha: 0.5 }, long: 'x'.repeat(1e5) } });
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size === 1, 'the run');
    const { path: place, config, result, failure } = JSON.parse((await ask(server.port, `/details?run=${[...follower.rows.keys()].join('')}`)).text) as Details;
    expect(place).toBe(path.join(fs.realpathSync(runsDir), 'e', 'r'));
    expect(config).toContainEqual(['parameters.alpha', '0.5']);
    expect(Object.fromEntries(config)['long']?.length).toBeLessThan(1000);
    expect(result).toContainEqual(['test.accuracy', '96.5']);
    expect(failure).toBeNull();
  });

  test('names and numbers of others: they come as they are, and break nothing', async () => {
    const names = ['<img src=x onerror=alert(1)>', '<script>alert(1)<\\script>', 'new\nline', 'bell\u0007\u001b[31m', '\u202eexe.run', 'a b&c"d\'e', '__proto__', 'data: x', '%2e%2e', 'ünïcödé 🎉'];
    for (const name of names) writeRun(runsDir, '<b>experiment', name, { state: 'interrupted', epochs: 3, complete: 1 });
    const long = 'l'.repeat(255);
    writeRun(runsDir, '<b>experiment', long, { state: 'interrupted', epochs: 3, complete: 1 });
    const strange = writeRun(runsDir, 'e', 'strange', { state: 'running', epochs: 3, complete: 1 });
    fs.writeFileSync(path.join(strange, 'config.json'), '{"epochs":1e999,"__proto__":{"a":1},"activation":"<script>"}');
    fs.writeFileSync(path.join(strange, 'metrics.jsonl'), '{"epoch":1e300,"trainLoss":1e308,"valLoss":null}\n{"epoch":"<b>"}\nnot json\n{"epoch":3,"trainLoss":-5e-324');
    fs.writeFileSync(path.join(strange, 'progress.json'), '{"step":1,"steps":-5}');
    const slow = writeRun(runsDir, 'e', 'slow', { state: 'running', epochs: 3, complete: 1 });
    fs.writeFileSync(path.join(slow, 'progress.json'), '{"step":1,"steps":9007199254740991,"loss":"<b>","stepMs":1e308}');
    // Bytes that are no UTF-8: Node cannot name such a folder.
    fs.mkdirSync(Buffer.concat([Buffer.from(`${runsDir}/e/`), Buffer.from([0xff, 0xfe])]));
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size === names.length + 3, 'all runs');
    for (const name of [...names, long]) expect(follower.named(name)).toMatchObject({ experiment: '<b>experiment', name });
    expect(follower.named('strange')).toMatchObject({ epochs: null, step: null, trainLoss: null, points: 2 });
    expect(follower.named('slow')).toMatchObject({ step: 1, leftSeconds: null, left: '' });
    for (const id of follower.rows.keys()) {
      expect(id).toMatch(/^[0-9a-f]{16}$/);
      expect((await ask(server.port, `/details?run=${id}`)).status).toBe(200);
    }
  }, 30_000);

  test('a configuration that is nested without end, or far too long, does not end the server', async () => {
    const deep = writeRun(runsDir, 'e', 'deep', { state: 'done', epochs: 1, complete: 1 });
    fs.writeFileSync(path.join(deep, 'config.json'), `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
    const long = writeRun(runsDir, 'e', 'long', { state: 'done', epochs: 1, complete: 1 });
    fs.writeFileSync(path.join(long, 'DONE'), `{"a":"${'x'.repeat(2 ** 21)}"}`);
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size === 2, 'both');
    for (const id of follower.rows.keys()) expect([200, 500]).toContain((await ask(server.port, `/details?run=${id}`)).status);
    expect((await ask(server.port, '/')).status).toBe(200);
  });

  test('links lead nowhere: to other folders, to files, to themselves', async () => {
    const secret = path.join(folder, 'secret');
    writeRun(secret, 'e', 'hidden', { state: 'done', epochs: 1, complete: 1 });
    fs.mkdirSync(path.join(runsDir, 'e'), { recursive: true });
    fs.symlinkSync(path.join(secret, 'e'), path.join(runsDir, 'linked-experiment'));
    fs.symlinkSync(path.join(secret, 'e', 'hidden'), path.join(runsDir, 'e', 'linked-run'));
    const run = writeRun(runsDir, 'e', 'real', { state: 'interrupted', epochs: 3, complete: 0 });
    fs.rmSync(path.join(run, 'metrics.jsonl'));
    fs.symlinkSync(path.join(secret, 'e', 'hidden', 'metrics.jsonl'), path.join(run, 'metrics.jsonl'));
    fs.symlinkSync(path.join(secret, 'e', 'hidden', 'DONE'), path.join(run, 'DONE'));
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size > 0, 'the run that is one');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([...follower.rows.values()].map(({ name, state, points }) => [name, state, points])).toEqual([['real', 'interrupted', 0]]);
  });

  test('a folder that is not there yet, vanishes, and comes again', async () => {
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.overview?.folders[0]?.missing === true, 'that it is missing');
    writeRun(runsDir, 'e', 'first', { state: 'done', epochs: 1, complete: 1 });
    await follower.until(() => follower.named('first') !== undefined && follower.overview?.folders[0]?.missing === false, 'the first run');
    fs.rmSync(runsDir, { recursive: true });
    await follower.until(() => follower.rows.size === 0 && follower.overview?.folders[0]?.missing === true, 'that all is gone');
    fs.writeFileSync(runsDir, 'a file');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(follower.closed).toBe(false);
    fs.rmSync(runsDir);
    writeRun(runsDir, 'e', 'second', { state: 'done', epochs: 1, complete: 1 });
    await follower.until(() => follower.named('second') !== undefined, 'the second run');
  }, 60_000);
});

describe('sweeps', () => {
  function writeSweep(name: string, items: number): SweepFolder {
    const sweep = new SweepFolder(path.join(folder, 'sweeps', name));
    const manifest = Array.from({ length: items }, (_, i) => `${JSON.stringify({ activations: ['relu'], seeds: [i] })}\n`).join('');
    sweep.create({ format: 1, name, experiment: 'cnn-mnist', preset: 'quick', items, config: {}, varied: ['seeds'] }, manifest);
    return sweep;
  }
  const hold = (sweep: SweepFolder, index: number) => { fs.writeFileSync(sweep.mark('running', index), JSON.stringify({ pid: 1, host: 'elsewhere.invalid', started: null, space: null, token: 't' })); };

  test('items that wait, run, failed, were stopped, are done; counts and remaining time as in sweep status', async () => {
    const sweep = writeSweep('five', 5);
    writeRun(sweep.item(0), 'cnn-mnist', 'run-0', { state: 'done', epochs: 2, complete: 2 });
    sweep.finish({ index: 0, values: {}, seconds: 60, runs: [] });
    writeRun(sweep.item(1), 'cnn-mnist', 'run-1', { state: 'running', epochs: 2, complete: 1 });
    hold(sweep, 1);
    writeRun(sweep.item(2), 'cnn-mnist', 'run-2', { state: 'interrupted', epochs: 2, complete: 1 });
    sweep.fail({ index: 2, values: {}, end: 'exit code 1', lines: ['first', '<b>last</b>'] });
    writeRun(sweep.item(3), 'cnn-mnist', 'run-3', { state: 'interrupted', epochs: 2, complete: 1 });
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size === 5, 'five items');
    const states = Object.fromEntries([...follower.rows.values()].map(({ item, state }) => [item, state]));
    expect(states).toEqual({ 0: 'done', 1: 'running', 2: 'failed', 3: 'interrupted', 4: 'waiting' });
    expect(follower.named('activations=relu seeds=1')).toMatchObject({ sweep: 'five', item: 1, experiment: 'cnn-mnist', epoch: 1, points: 1 });
    // Four items of a minute are left, of which one runs at a time.
    expect(follower.overview?.sweeps).toEqual([{ name: 'five', experiment: 'cnn-mnist', items: 5, done: 1, failed: 1, running: 1, waiting: 2, cancelled: false, left: '4:00', problem: '' }]);
    const failed = [...follower.rows.values()].find(({ item }) => item === 2)?.id ?? '';
    expect(JSON.parse((await ask(server.port, `/details?run=${failed}`)).text)).toMatchObject({ failure: { end: 'exit code 1', lines: ['first', '<b>last</b>'] } });
    const waiting = [...follower.rows.values()].find(({ item }) => item === 4)?.id ?? '';
    expect(JSON.parse((await ask(server.port, `/details?run=${waiting}`)).text)).toMatchObject({ config: [['activations', '["relu"]'], ['seeds', '[4]']] });
    // A waiting item starts: its row gives way to that of its run.
    writeRun(sweep.item(4), 'cnn-mnist', 'run-4', { state: 'running', epochs: 2, complete: 1 });
    hold(sweep, 4);
    await follower.until(() => follower.named('activations=relu seeds=4')?.state === 'running', 'that it runs');
    expect(follower.rows.size).toBe(5);
  }, 30_000);

  test('one sweep alone', async () => {
    writeSweep('one', 3);
    writeSweep('other', 3);
    writeRun(runsDir, 'e', 'r', { state: 'done', epochs: 1, complete: 1 });
    const server = await serveWatch({ sweepRoots: [], sweeps: [path.join(folder, 'sweeps', 'one')], host: '127.0.0.1', port: 0, token: false, complain: (text) => { complaints.push(text); } });
    servers.push(server);
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size === 3 && follower.overview?.sweeps.length === 1, 'its items');
    expect(new Set([...follower.rows.values()].map(({ sweep }) => sweep))).toEqual(new Set(['one']));
  });

  test('of very many items those that wait are listed in part, and the rest is counted', async () => {
    writeSweep('many', 5000);
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.rows.size === 1000 && follower.overview?.hidden === 4000, 'a thousand, and how many more');
    expect(follower.overview?.sweeps[0]).toMatchObject({ items: 5000, waiting: 5000 });
  });

  test('a damaged sweep says so, and the others are shown', async () => {
    writeSweep('fine', 1);
    writeSweep('damaged', 1);
    fs.writeFileSync(path.join(folder, 'sweeps', 'damaged', 'sweep.json'), '{"items":');
    const server = await serve();
    const follower = followerOf(server);
    await follower.until(() => follower.overview?.sweeps.length === 2 && follower.rows.size === 1, 'both');
    expect(follower.overview?.sweeps.find(({ name }) => name === 'damaged')?.problem).toMatch(/JSON/);
  });
});

describe('streams', () => {
  test('a page that was cut off gets what it missed; one of an earlier server begins anew', async () => {
    const run = writeRun(runsDir, 'e', 'going', { state: 'running', epochs: 9, complete: 1 });
    writeRun(runsDir, 'e', 'other', { state: 'done', epochs: 1, complete: 1 });
    const server = await serve();
    const first = followerOf(server);
    await first.until(() => first.rows.size === 2, 'both runs');
    first.close();
    appendEpoch(run, 2);
    const again = followerOf(server, first.lastId);
    await again.until(() => again.named('going')?.epoch === 2, 'what was missed');
    expect(again.updates.some(({ reset }) => reset)).toBe(false);
    expect(again.named('other')).toBeUndefined();
    for (const id of ['0123456789ab.5', 'nonsense', `${first.lastId}9999`, '', '-1', 'a.b.c']) {
      const anew = followerOf(server, id);
      await anew.until(() => anew.rows.size === 2, `all again after ${id}`);
      expect(anew.updates[0]?.reset).toBe(true);
    }
  }, 30_000);

  test('a page that does not read holds up neither the server nor others, and then gets the present state', async () => {
    const run = writeRun(runsDir, 'e', 'going', { state: 'running', epochs: 99, complete: 1 });
    for (let i = 0; i < 1200; i++) writeRun(runsDir, 'many', `run-${String(i)}-${'x'.repeat(200)}`, { state: 'done', epochs: 1, complete: 0 });
    const server = await serve();
    const [slow, quick] = [followerOf(server), followerOf(server)];
    await slow.until(() => slow.status === 200, 'its answer');
    slow.pause();
    await quick.until(() => quick.rows.size === 1201, 'all runs');
    for (let epoch = 2; epoch < 6; epoch++) {
      appendEpoch(run, epoch);
      await quick.until(() => quick.named('going')?.epoch === epoch, `epoch ${String(epoch)}`);
    }
    slow.resume();
    await slow.until(() => slow.rows.size === 1201 && slow.named('going')?.epoch === 5, 'the present state');
  }, 60_000);

  test('more pages than there is room for are told so', async () => {
    const server = await serve();
    const pages = Array.from({ length: MAX_PAGES }, () => followerOf(server));
    for (const page of pages) await page.until(() => page.status === 200, 'an answer');
    const refused = await ask(server.port, '/events');
    expect([refused.status, refused.text]).toEqual([503, 'too many pages are open\n']);
    pages[0]?.close();
    const agent = async () => {
      const next = followerOf(server);
      await next.until(() => next.status !== 0, 'an answer');
      return next.status;
    };
    // It is noticed that a page has gone, not at once.
    for (let i = 0; (await agent()) !== 200; i++) expect(i).toBeLessThan(50);
  });

  test('the end ends every connection at once', async () => {
    const server = await serve();
    const pages = [followerOf(server), followerOf(server)];
    for (const page of pages) await page.until(() => page.status === 200, 'an answer');
    const idle = new http.Agent({ keepAlive: true });
    await new Promise((resolve) => http.get({ host: '127.0.0.1', port: server.port, path: '/', agent: idle }, (response) => response.resume().on('end', resolve)));
    const start = performance.now();
    await server.close();
    for (const page of pages) await page.until(() => page.closed, 'its end');
    expect(performance.now() - start).toBeLessThan(5000);
    await expect(ask(server.port, '/')).rejects.toThrow(/ECONNREFUSED/);
    idle.destroy();
    servers.length = 0;
  });
});
