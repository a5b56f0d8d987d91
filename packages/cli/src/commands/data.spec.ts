import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCli } from '../testing/run_cli';

// From its usual cache, before the cache is another.
beforeAll(() => import('@cuda-activations/runtime'));

let folder: string;
const environment = { ...process.env };
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'data-'));
  delete process.env['CUDA_ACTIVATIONS_DATA'];
  process.env['CUDA_ACTIVATIONS_CACHE'] = folder;
  fs.mkdirSync(path.join(folder, 'data', 'MNIST'), { recursive: true });
});
afterEach(() => {
  process.env = { ...environment };
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Files of the right names, of which none is the official one. */
function damaged(): void {
  for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']) fs.writeFileSync(path.join(folder, 'data', 'MNIST', name), 'no images');
}

test('verify names every file that differs, and ends with 2', async () => {
  damaged();
  const { code, out } = await runCli('data', 'verify', 'mnist');
  expect(code).toBe(2);
  expect(out.match(/truncated: expected \d+ bytes, found 9/g)).toHaveLength(4);
  const json = JSON.parse((await runCli('data', 'verify', '--json')).out) as { ok: boolean; data: { name: string; files: unknown[] }[] };
  expect(json).toMatchObject({ ok: false, data: [{ name: 'mnist' }] });
});

test('fetch compares what is there already instead of trusting it', async () => {
  damaged();
  expect((await runCli('data', 'fetch', 'mnist')).code).toBe(2);
});

test('a set that is named must be there, one that is not need not', async () => {
  expect(await runCli('data', 'verify', 'cifar10')).toMatchObject({ code: 2, out: 'cifar10: not at hand' });
  expect((await runCli('data', 'verify')).code).toBe(0);
  expect(await runCli('data', 'verify', 'cifar10', `--dataDir=${folder}`)).toMatchObject({ code: 2 });
  expect((await runCli('data', 'fetch', 'mnits')).err).toContain('unknown data set "mnits" (did you mean mnist?)');
});
