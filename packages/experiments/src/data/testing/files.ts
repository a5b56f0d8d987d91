import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { crc32, gzipSync } from 'node:zlib';

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'activations-data-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Pixel `index` (in file order) of image `image` in the files below. The planes of 1,024 differ: 7 times 1,024 alone is a multiple of 256. */
export const pixel = (image: number, index: number): number => (image * 31 + index * 7 + (index >> 10) * 50) % 256;

/** A CIFAR file of `count` records whose labels count up from `firstLabel`. */
export function writeCifar(file: string, count: number, { labelBytes = 1, firstLabel = 0 } = {}): void {
  const record = labelBytes + 3072;
  const bytes = Buffer.alloc(count * record);
  for (let image = 0; image < count; image++) {
    bytes[image * record + labelBytes - 1] = firstLabel + image;
    for (let i = 0; i < 3072; i++) bytes[image * record + labelBytes + i] = pixel(image, i);
  }
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes);
}

/** A complete CIFAR-10 folder: five training batches and one for the test, `count` records each. */
export function writeCifar10(folder: string, count: number): void {
  for (let batch = 1; batch <= 5; batch++) writeCifar(path.join(folder, `data_batch_${batch}.bin`), count, { firstLabel: batch });
  writeCifar(path.join(folder, 'test_batch.bin'), count);
}

/** IDX bytes with a magic number, dimensions and values. */
export function idx(magic: number, dimensions: readonly number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  [magic, ...dimensions].forEach((value, i) => header.writeUInt32BE(value, 4 * i));
  return Buffer.concat([header, values]);
}

/** A complete MNIST folder with `count` images in each part; `compressed` as the official `.gz`. */
export function writeMnist(folder: string, count: number, compressed: boolean): void {
  fs.mkdirSync(folder, { recursive: true });
  const images = Uint8Array.from({ length: count * 784 }, (_, i) => pixel(Math.floor(i / 784), i % 784));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  for (const part of ['train', 't10k']) {
    const files = { [`${part}-images-idx3-ubyte`]: idx(0x803, [count, 28, 28], images), [`${part}-labels-idx1-ubyte`]: idx(0x801, [count], labels) };
    for (const [name, bytes] of Object.entries(files)) {
      fs.writeFileSync(path.join(folder, compressed ? `${name}.gz` : name), compressed ? gzipSync(bytes) : bytes);
    }
  }
}

/** One regular file of a tar archive: header and content in blocks of 512 bytes. */
export function tarMember(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A zip archive of files that are stored as they are. */
export function storedZip(files: Readonly<Record<string, Buffer>>): Buffer {
  const [members, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    // Version 2.0, no flags, stored, no time; CRC; both sizes; length of the name.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const member = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), content]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    members.push(member);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, entry, Buffer.from(name)]));
    offset += member.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...members, entries, end]);
}
