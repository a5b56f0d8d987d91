import * as fs from 'node:fs';
import * as path from 'node:path';
import { CIFAR10, CIFAR100, readCifar } from './cifar';
import { loadImageDataset } from './load';
import { OFFICIAL } from './official';
import { pixel, temporaryFolder, writeCifar, writeCifar10 } from './testing/files';

const root = temporaryFolder();
const load = (dataDir: string, dataset: 'cifar10' | 'cifar100' = 'cifar10') => loadImageDataset({ family: 'cifar', dataset, dataDir, integrity: 'format' });

describe('the CIFAR reader', () => {
  it('delivers the planes of the file as pixels, batch after batch', async () => {
    writeCifar10(path.join(root, 'good'), 3);
    const { train, test, shape, classes, source } = await load(path.join(root, 'good'));
    expect([train.count, test.count, shape, classes, source]).toEqual([15, 3, [32, 32, 3], 10, 'directory']);
    expect(Array.from(train.labels)).toEqual([1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6, 5, 6, 7]);
    for (const [row, column] of [[0, 0], [5, 17], [31, 31]] as const) {
      for (let channel = 0; channel < 3; channel++) {
        const at = ((4 * 32 + row) * 32 + column) * 3 + channel;
        expect(train.images[at]).toBe(pixel(1, channel * 1024 + row * 32 + column));
      }
    }
  });

  it('finds the folder from the one above', async () => {
    writeCifar10(path.join(root, 'above', 'cifar-10-batches-bin'), 1);
    expect((await load(path.join(root, 'above'))).directory).toBe(path.join(root, 'above', 'cifar-10-batches-bin'));
  });

  it('reads the fine labels of CIFAR-100', async () => {
    const folder = path.join(root, 'hundred');
    writeCifar(path.join(folder, 'train.bin'), 2, { labelBytes: 2, firstLabel: 98 });
    writeCifar(path.join(folder, 'test.bin'), 1, { labelBytes: 2 });
    const { train, classes, classNames } = await load(folder, 'cifar100');
    expect([classes, Array.from(train.labels), classNames[98], train.images[1]]).toEqual([100, [98, 99], 'woman', pixel(0, 1024)]);
  });

  it('names a missing file', async () => {
    const folder = path.join(root, 'missing');
    writeCifar10(folder, 1);
    fs.rmSync(path.join(folder, 'data_batch_3.bin'));
    await expect(load(folder)).rejects.toThrow(/data_batch_3\.bin: missing/);
  });

  it('names a truncated file with the bytes expected and found', async () => {
    const folder = path.join(root, 'truncated');
    writeCifar10(folder, 2);
    fs.truncateSync(path.join(folder, 'data_batch_2.bin'), 3073 + 500);
    await expect(load(folder)).rejects.toThrow(/data_batch_2\.bin: expected records of 3073 bytes, found 3573 bytes: 1 records and 500 bytes more/);
  });

  it('names an empty file', async () => {
    const folder = path.join(root, 'empty');
    writeCifar10(folder, 1);
    fs.writeFileSync(path.join(folder, 'test_batch.bin'), '');
    await expect(load(folder)).rejects.toThrow(/test_batch\.bin: expected records of 3073 bytes, found 0 bytes/);
  });

  it('sees CIFAR-100 records under a CIFAR-10 name', async () => {
    const folder = path.join(root, 'mistaken');
    writeCifar10(folder, 1);
    writeCifar(path.join(folder, 'data_batch_1.bin'), 2, { labelBytes: 2 });
    await expect(load(folder)).rejects.toThrow(/its size fits CIFAR-100/);
  });

  it('names a label out of range', () => {
    const folder = path.join(root, 'labels');
    writeCifar(path.join(folder, 'train.bin'), 2, { firstLabel: 9 });
    const file = [{ name: 'train.bin', size: 0, sha256: '' }];
    expect(() => readCifar(folder, file, CIFAR10, 'format')).toThrow(/record 1 has label 10, expected 0 to 9/);
    writeCifar(path.join(folder, 'train.bin'), 2, { labelBytes: 2, firstLabel: 99 });
    expect(() => readCifar(folder, file, CIFAR100, 'format')).toThrow(/record 1 has label 100, expected 0 to 99/);
  });

  it('refuses files that are not the official ones, unless told to look at the format only', async () => {
    const folder = path.join(root, 'unofficial');
    writeCifar10(folder, 1);
    const official = loadImageDataset({ family: 'cifar', dataDir: folder });
    await expect(official).rejects.toThrow(/data_batch_1\.bin: truncated: expected 30730000 bytes, found 3073/);
    expect((await load(folder)).notes.join()).toContain('not compared with the official release');
  });

  it('refuses a file of the official size with one bit changed', () => {
    const folder = path.join(root, 'bit');
    writeCifar(path.join(folder, 'data_batch_1.bin'), 10, { firstLabel: 0 });
    const official = { ...OFFICIAL.cifar10.train[0], size: 30_730 };
    expect(() => readCifar(folder, [official], CIFAR10, 'official')).toThrow(/differs from the official data_batch_1\.bin: expected sha256 cee91.*found [0-9a-f]{64}/);
  });
});
