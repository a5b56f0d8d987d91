import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { downloadOfficial } from './download';
import { OFFICIAL, type OfficialDataset, type OfficialDownload } from './official';
import { storedZip, tarMember, temporaryFolder } from './testing/files';

// A busy machine takes longer for the transfers.
jest.setTimeout(60_000);

const root = temporaryFolder();
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A server of one body that counts the bytes it is asked for, and can break off after the first half. */
async function serve(body: Buffer): Promise<{ url: string; ranges: string[]; breakOff: { once: boolean }; close: () => void }> {
  const ranges: string[] = [];
  const breakOff = { once: false };
  const server = http.createServer((request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    ranges.push(request.headers.range ?? 'all');
    const headers = { 'content-length': body.length - start, etag: '"one"', ...(start > 0 ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {}) };
    response.writeHead(start > 0 ? 206 : 200, headers);
    if (!breakOff.once) return void response.end(body.subarray(start));
    breakOff.once = false;
    response.write(body.subarray(0, body.length >> 1), () => setTimeout(() => response.destroy(), 50));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ranges, breakOff, close: () => void server.close() };
}

const content = Buffer.alloc(200_000, 'not much to compress 0123456789');
for (let i = 0; i < content.length; i += 7) content[i] = (i * 2654435761) >>> 24;
const archive = gzipSync(Buffer.concat([tarMember('set/one.bin', content), Buffer.alloc(1024)]));

const setOf = (download: Partial<OfficialDownload>): OfficialDataset => ({
  title: 'Set',
  folder: 'set',
  train: [{ name: 'one.bin', size: content.length, sha256: sha256(content) }],
  test: [],
  downloads: [{ file: 'set.tar.gz', size: archive.length, sha256: sha256(archive), urls: [], ...download }],
});

/** An environment with a cache of its own and no proxy. */
const environment = (name: string): Record<string, string> => ({ CUDA_ACTIVATIONS_CACHE: path.join(root, name), HOME: root, PIP_CONFIG_FILE: '/dev/null' });

describe('downloadOfficial', () => {
  it('fetches, checks and unpacks the archive once', async () => {
    const server = await serve(archive);
    try {
      const set = setOf({ urls: [server.url] });
      const folder = await downloadOfficial(set, { environment: environment('once'), impatient: true });
      expect(folder).toBe(path.join(root, 'once', 'data', 'set'));
      expect(fs.readFileSync(path.join(folder, 'one.bin')).equals(content)).toBe(true);
      expect(fs.readdirSync(path.dirname(folder))).toEqual(['set']);
      expect(await downloadOfficial(set, { environment: environment('once'), impatient: true })).toBe(folder);
      expect(server.ranges).toEqual(['all']);
    } finally {
      server.close();
    }
  });

  it('unpacks a zip, and names what it lacks', async () => {
    const zip = storedZip({ 'set/dev.bin': Buffer.from('dev'), 'set/one.bin': content, 'other/one.bin': Buffer.from('another') });
    const server = await serve(zip);
    try {
      const set = setOf({ file: 'set.zip', size: zip.length, sha256: sha256(zip), urls: [server.url] });
      const folder = await downloadOfficial(set, { environment: environment('zip'), impatient: true });
      expect(fs.readFileSync(path.join(folder, 'one.bin')).equals(content)).toBe(true);
      expect(fs.readdirSync(folder)).toEqual(['one.bin']);
      const more = { ...set, folder: 'other', test: [{ name: 'two.bin', size: 1, sha256: '' }] };
      await expect(downloadOfficial(more, { environment: environment('zip'), impatient: true })).rejects.toThrow(/set\.zip: expected other\/two\.bin in the archive, found none/);
    } finally {
      server.close();
    }
  });

  it('continues where an earlier download was cut off', async () => {
    const server = await serve(archive);
    try {
      const set = setOf({ urls: [server.url] });
      server.breakOff.once = true;
      await expect(downloadOfficial(set, { environment: environment('resume'), impatient: true })).rejects.toThrow();
      const folder = await downloadOfficial(set, { environment: environment('resume'), impatient: true });
      expect(fs.readFileSync(path.join(folder, 'one.bin')).equals(content)).toBe(true);
      expect(server.ranges).toHaveLength(2);
      expect(server.ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    } finally {
      server.close();
    }
  });

  it('refuses a file that is not the official one', async () => {
    const server = await serve(archive);
    try {
      const set = setOf({ urls: [server.url], sha256: '0'.repeat(64) });
      const run = downloadOfficial(set, { environment: environment('wrong'), impatient: true });
      await expect(run).rejects.toThrow(new RegExp(`sha256 ${sha256(archive)}, expected 0{64}`));
      expect(fs.existsSync(path.join(root, 'wrong', 'data', 'set', 'one.bin'))).toBe(false);
    } finally {
      server.close();
    }
  });

  it('tries every address and gives the reason of each', async () => {
    const server = await serve(archive);
    server.close();
    const set = setOf({ urls: [server.url, `${server.url}mirror`] });
    await expect(downloadOfficial(set, { environment: environment('none'), impatient: true })).rejects.toThrow(/ECONNREFUSED.*; .*mirror.*ECONNREFUSED/);
  });
});

test('every address of an official set is https', () => {
  const addresses = Object.values<OfficialDataset>(OFFICIAL).flatMap(({ downloads }) => downloads.flatMap(({ urls }) => urls));
  expect(addresses.filter((address) => new URL(address).protocol !== 'https:')).toEqual([]);
});
