import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadImageDataset } from './load';
import { tarMember, temporaryFolder, writeCifar10, writeMnist } from './testing/files';
import { unpackTarGz } from './untar';

const root = temporaryFolder();
const offline = () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));
const small = { counts: { train: 20, test: 10 } };

describe('loadImageDataset', () => {
  it('takes the data directory of the environment first', async () => {
    writeMnist(path.join(root, 'env', 'MNIST'), 2, true);
    const dataset = await loadImageDataset({ family: 'mnist', integrity: 'format', environment: { CUDA_ACTIVATIONS_DATA: path.join(root, 'env') }, download: offline });
    expect([dataset.name, dataset.source, dataset.train.count]).toEqual(['mnist', 'directory', 2]);
  });

  it('then a download', async () => {
    const folder = path.join(root, 'downloaded');
    writeCifar10(folder, 1);
    const dataset = await loadImageDataset({ family: 'cifar', integrity: 'format', environment: {}, download: () => Promise.resolve(folder) });
    expect([dataset.name, dataset.source]).toEqual(['cifar10', 'download']);
  });

  it('then the procedural set, and says so', async () => {
    const lines: string[] = [];
    const dataset = await loadImageDataset({ family: 'cifar', environment: {}, download: offline, synthetic: small, log: (line) => lines.push(line) });
    expect([dataset.name, dataset.source, dataset.title]).toEqual(['synthetic-cifar', 'synthetic', 'procedural 32x32x3 shapes (not CIFAR-10)']);
    expect(dataset.notes).toEqual(lines);
    expect(lines.join()).toContain('getaddrinfo ENOTFOUND');
  });

  it('does not hide damaged files behind the procedural set', async () => {
    const folder = path.join(root, 'damaged');
    writeCifar10(folder, 1);
    await expect(loadImageDataset({ family: 'cifar', environment: {}, download: () => Promise.resolve(folder) })).rejects.toThrow(/data_batch_1\.bin: truncated/);
  });

  it('never falls back from a named set', async () => {
    const run = loadImageDataset({ family: 'cifar', dataset: 'cifar10', environment: {}, download: offline });
    await expect(run).rejects.toThrow(/CIFAR-10 is not at hand and could not be downloaded \(getaddrinfo ENOTFOUND\)/);
  });

  it('never falls back from a named directory', async () => {
    const empty = path.join(root, 'void');
    fs.mkdirSync(empty);
    await expect(loadImageDataset({ family: 'cifar', dataDir: empty })).rejects.toThrow(/holds no CIFAR-10: expected data_batch_1\.bin .*, found nothing/);
    await expect(loadImageDataset({ family: 'cifar', dataDir: path.join(root, 'nowhere') })).rejects.toThrow(/nowhere does not exist/);
    const file = path.join(root, 'file');
    fs.writeFileSync(file, '');
    await expect(loadImageDataset({ family: 'cifar', dataDir: file })).rejects.toThrow(/is a file, not a directory/);
  });

  it('lists what an experiment takes', async () => {
    await expect(loadImageDataset({ family: 'mnist', dataset: 'cifar10' })).rejects.toThrow('dataset: this experiment takes auto, mnist, synthetic, got cifar10');
    await expect(loadImageDataset({ family: 'mnist', dataset: 'svhn' as 'mnist' })).rejects.toThrow(/expected one of auto, .*got "svhn"/);
  });
});

describe('unpackTarGz', () => {
  const archive = path.join(root, 'a.tar.gz');
  fs.writeFileSync(archive, gzipSync(Buffer.concat([tarMember('set/readme', Buffer.alloc(512)), tarMember('set/one.bin', Buffer.from('one')), Buffer.alloc(1024)])));

  it('unpacks what is wanted and nothing else', () => {
    const folder = path.join(root, 'unpacked');
    fs.mkdirSync(folder);
    unpackTarGz(archive, folder, ['one.bin']);
    expect(fs.readdirSync(folder)).toEqual(['one.bin']);
    expect(fs.readFileSync(path.join(folder, 'one.bin'), 'utf8')).toBe('one');
  });

  it('names what is not in the archive', () => {
    expect(() => unpackTarGz(archive, root, ['one.bin', 'two.bin'])).toThrow(/expected two\.bin in the archive/);
  });
});

const data = process.env['CUDA_ACTIVATIONS_DATA'];
(data ? describe : describe.skip)('the official files (CUDA_ACTIVATIONS_DATA)', () => {
  it('reads CIFAR-10', async () => {
    const { train, test, hash } = await loadImageDataset({ family: 'cifar', dataset: 'cifar10' });
    expect([train.count, test.count, Array.from(train.labels.subarray(0, 5)), Array.from(train.images.subarray(0, 3))]).toEqual([50_000, 10_000, [6, 9, 9, 4, 1], [59, 62, 63]]);
    expect(hash).toBe('8e7d47dabb958a7c298eca6e4a2c40444872a07487d323e85b2c08b36feb6f52');
  });

  it('reads MNIST', async () => {
    const { train, test, hash } = await loadImageDataset({ family: 'mnist', dataset: 'mnist' });
    expect([train.count, test.count, Array.from(train.labels.subarray(0, 5))]).toEqual([60_000, 10_000, [5, 0, 4, 1, 9]]);
    expect(hash).toBe('679664ee0911cf04031cc4210ffd7650a3e4a0dfb768417414957404d4a5aad6');
  });
});
