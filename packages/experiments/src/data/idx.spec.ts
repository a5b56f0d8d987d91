import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadImageDataset } from './load';
import { idx, pixel, temporaryFolder, writeMnist } from './testing/files';

const root = temporaryFolder();
const load = (dataDir: string) => loadImageDataset({ family: 'mnist', dataDir, integrity: 'format' });

describe('the MNIST reader', () => {
  it.each([true, false])('reads the four files (compressed: %p)', async (compressed) => {
    const folder = path.join(root, `good-${compressed}`, 'MNIST');
    writeMnist(folder, 12, compressed);
    const { train, test, shape, hash } = await load(path.dirname(folder));
    expect([train.count, test.count, shape]).toEqual([12, 12, [28, 28, 1]]);
    expect(train.labels[11]).toBe(1);
    expect(train.images[11 * 784 + 100]).toBe(pixel(11, 100));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same hash for plain and compressed files', async () => {
    for (const compressed of [true, false]) writeMnist(path.join(root, `hash-${compressed}`), 3, compressed);
    expect((await load(path.join(root, 'hash-true'))).hash).toBe((await load(path.join(root, 'hash-false'))).hash);
  });

  const damaged = (name: string, damage: (folder: string) => void): Promise<unknown> => {
    const folder = path.join(root, name);
    writeMnist(folder, 4, false);
    damage(folder);
    return load(folder);
  };
  const images = 'train-images-idx3-ubyte';
  const labels = 'train-labels-idx1-ubyte';

  it('names a truncated file', async () => {
    const run = damaged('truncated', (folder) => fs.truncateSync(path.join(folder, images), 1000));
    await expect(run).rejects.toThrow(/train-images-idx3-ubyte: expected 3152 bytes for 4 x 28 x 28 values, found 1000/);
  });

  it('names a file shorter than its header', async () => {
    const run = damaged('header', (folder) => fs.truncateSync(path.join(folder, images), 9));
    await expect(run).rejects.toThrow(/expected a header of 16 bytes, found 9/);
  });

  it('names a truncated gzip file', async () => {
    const run = damaged('gzip', (folder) => {
      const file = path.join(folder, images);
      fs.writeFileSync(`${file}.gz`, gzipSync(fs.readFileSync(file)).subarray(0, 300));
      fs.rmSync(file);
    });
    await expect(run).rejects.toThrow(/train-images-idx3-ubyte\.gz: truncated or corrupt gzip data/);
  });

  it('sees labels under the name of images', async () => {
    const run = damaged('swapped', (folder) => fs.copyFileSync(path.join(folder, labels), path.join(folder, images)));
    await expect(run).rejects.toThrow(/expected an IDX file of images with magic number 2051, found 2049 \(a label file\)/);
  });

  it('names a label out of range', async () => {
    const run = damaged('range', (folder) => fs.writeFileSync(path.join(folder, labels), idx(0x801, [4], Uint8Array.of(0, 1, 10, 3))));
    await expect(run).rejects.toThrow(/label 2 is 10, expected 0 to 9/);
  });

  it('counts labels against images', async () => {
    const run = damaged('count', (folder) => fs.writeFileSync(path.join(folder, labels), idx(0x801, [3], new Uint8Array(3))));
    await expect(run).rejects.toThrow(/expected 4 labels, one for each image of .*, found 3/);
  });

  it('names images of another size', async () => {
    const run = damaged('size', (folder) => fs.writeFileSync(path.join(folder, images), idx(0x803, [1, 32, 32], new Uint8Array(1024))));
    await expect(run).rejects.toThrow(/expected images of 28 x 28, found 32 x 32/);
  });
});
