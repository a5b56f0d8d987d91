import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { temporaryFolder } from '../testing/files';
import { fetchSnapshot, findSnapshot, hubCache, type HubModel } from './hub_model';

jest.setTimeout(60_000);

const root = temporaryFolder();
const contents: Readonly<Record<string, string>> = { 'config.json': '{"model_type":"bert"}', 'model.safetensors': 'weights' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const gitHash = (text: string): string => createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex');
const MODEL: HubModel = {
  title: 'tiny', repository: 'owner/tiny', commit: 'c0ffee',
  files: Object.entries(contents).map(([name, text]) => ({ name, size: text.length, sha256: sha256(text), blob: name === 'config.json' ? gitHash(text) : sha256(text) })),
};

/** A hub that answers large files with a redirect, as the real one does. */
async function hub(spoil = false): Promise<{ url: string; asked: string[]; close: () => void }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    const name = path.basename(request.url ?? '');
    if (name === 'model.safetensors' && !request.url?.startsWith('/cdn/')) return void response.writeHead(302, { location: `/cdn/${name}` }).end();
    const text = contents[name] ?? '';
    response.end(spoil ? text.replace(/./, '?') : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close: () => void server.close() };
}

const environment = (name: string, endpoint: string) => ({ HF_HOME: path.join(root, name), HF_ENDPOINT: endpoint, HOME: root, PIP_CONFIG_FILE: '/dev/null' });

test("downloads into the hub's own layout, once", async () => {
  const { url, asked, close } = await hub();
  try {
    const where = environment('whole', url);
    expect(findSnapshot(MODEL, where)).toBeUndefined();
    const folder = await fetchSnapshot(MODEL, where);
    expect(folder).toBe(path.join(root, 'whole', 'hub', 'models--owner--tiny', 'snapshots', 'c0ffee'));
    expect(asked).toEqual(['/owner/tiny/resolve/c0ffee/config.json', '/owner/tiny/resolve/c0ffee/model.safetensors', '/cdn/model.safetensors']);
    expect(fs.readlinkSync(path.join(folder, 'config.json'))).toBe(`../../blobs/${gitHash(contents['config.json'] ?? '')}`);
    expect(fs.readFileSync(path.join(folder, 'model.safetensors'), 'utf8')).toBe('weights');
    expect(fs.readFileSync(path.join(folder, '..', '..', 'refs', 'main'), 'utf8')).toBe('c0ffee');
    expect(await fetchSnapshot(MODEL, where)).toBe(folder);
    expect(asked).toHaveLength(3);
    expect(findSnapshot(MODEL, where)).toBe(folder);
    fs.rmSync(path.join(folder, '..', '..', 'blobs', sha256('weights')));
    expect(findSnapshot(MODEL, where)).toBeUndefined();
    await fetchSnapshot(MODEL, where);
    expect(findSnapshot(MODEL, where)).toBe(folder);
  } finally {
    close();
  }
});

test('refuses other bytes', async () => {
  const { url, close } = await hub(true);
  try {
    const where = environment('spoiled', url);
    await expect(fetchSnapshot(MODEL, where)).rejects.toThrow(/config\.json: the file has sha256 [0-9a-f]{64}, expected/);
    expect(findSnapshot(MODEL, where)).toBeUndefined();
  } finally {
    close();
  }
});

test('the cache is where the client of the hub has it', () => {
  expect(hubCache({ HOME: '/home/me' })).toBe('/home/me/.cache/huggingface/hub');
  expect(hubCache({ HOME: '/home/me', XDG_CACHE_HOME: '/cache' })).toBe('/cache/huggingface/hub');
  expect(hubCache({ HF_HOME: '/hf' })).toBe('/hf/hub');
  expect(hubCache({ HF_HOME: '/hf', HF_HUB_CACHE: '/hub' })).toBe('/hub');
});
