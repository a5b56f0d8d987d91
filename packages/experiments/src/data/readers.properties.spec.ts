import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { answerOf, check } from '@cuda-activations/tools/properties';
import fc from 'fast-check';
import { CIFAR10, CIFAR100, readCifar } from './cifar';
import { DataFileError, type ImageSplit } from './dataset';
import { readMnist } from './idx';
import { OFFICIAL } from './official';
import { readGlue } from './text/glue_tsv';
import { idx, tarMember, temporaryFolder } from './testing/files';
import { unpackTarGz } from './untar';

const root = temporaryFolder();
const [images, labels] = OFFICIAL.mnist.test;

/** Some of a file: whole, cut off, with bytes changed, longer, or compressed and then spoilt. */
const damage = fc.record({
  cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  changes: fc.array(fc.tuple(fc.nat(30), fc.nat(255)), { maxLength: 2 }),
  more: fc.uint8Array({ maxLength: 3 }),
  compressed: fc.boolean(),
  late: fc.boolean(),
});
type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

function damaged(whole: Buffer, { cut, changes, more, compressed, late }: Damage): Buffer {
  const spoil = (bytes: Buffer): Buffer => {
    const result = Buffer.concat([cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length)), more]);
    for (const [at, value] of changes) if (at < result.length) result[at] = value;
    return result;
  };
  if (!compressed) return spoil(whole);
  return late ? gzipSync(spoil(whole)) : spoil(gzipSync(whole));
}

/** A reader gives what its shape says, or a DataFileError. */
function expectSplit(read: () => ImageSplit, pixels: number, classes: number): void {
  const { result, refused } = { result: undefined, refused: undefined, ...answerOf(read) };
  if (refused) expect(refused).toBeInstanceOf(DataFileError);
  if (!result) return;
  expect(result.images.length).toBe(result.count * pixels);
  expect(result.labels.length).toBe(result.count);
  expect(result.labels.every((label) => label >= 0 && label < classes)).toBe(true);
}

test('IDX files of any content are read whole or refused by name', () => {
  const folder = path.join(root, 'idx');
  fs.mkdirSync(folder);
  const size = fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32 - 1, 65536) });
  const files = fc.record({ count: fc.nat(2), stated: fc.option(size), side: fc.oneof({ weight: 5, arbitrary: fc.constant(28) }, { weight: 1, arbitrary: size }), first: damage, second: damage, label: fc.nat(12) });
  check(fc.property(files, ({ count, stated, side, first, second, label }) => {
    fs.writeFileSync(path.join(folder, images.name), damaged(idx(0x803, [stated ?? count, 28, side], new Uint8Array(count * 784)), first));
    fs.writeFileSync(path.join(folder, labels.name), damaged(idx(0x801, [count], new Uint8Array(count).fill(label)), second));
    expectSplit(() => readMnist(folder, [images, labels], 'format'), 784, 10);
  }), { sample: 150 });
});

test('CIFAR files of any content are read whole or refused by name', () => {
  const folder = path.join(root, 'cifar');
  fs.mkdirSync(folder);
  const files = fc.record({ count: fc.nat(2), format: fc.constantFrom(CIFAR10, CIFAR100), read: fc.constantFrom(CIFAR10, CIFAR100), label: fc.nat(120), spoilt: damage });
  check(fc.property(files, ({ count, format, read, label, spoilt }) => {
    fs.writeFileSync(path.join(folder, 'a.bin'), damaged(Buffer.alloc(count * (format.labelBytes + 3072), label), spoilt));
    expectSplit(() => readCifar(folder, [{ name: 'a.bin', size: 0, sha256: '' }], read, 'format'), 3072, read.classes);
  }), { sample: 100 });
});

test('tsv files of any content are read whole or refused by name', () => {
  const folder = path.join(root, 'tsv');
  fs.mkdirSync(folder);
  const field = fc.oneof({ weight: 3, arbitrary: fc.string({ maxLength: 12 }) }, fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('0', '1', '2', '-1', '1e0', ' 1', '', '"a\tb"', '\0', '\ufeff', '\u2028'));
  const lines = fc.array(fc.oneof({ weight: 4, arbitrary: fc.tuple(fc.string({ maxLength: 12 }), fc.constantFrom('0', '1')).map(([text, label]) => [text, label]) }, fc.array(field, { maxLength: 4 })), { maxLength: 4 });
  const format = { header: fc.boolean(), columns: fc.constantFrom(2, 4), swapped: fc.boolean() };
  check(fc.property(lines, fc.constantFrom('\n', '\r\n', '\r'), fc.record(format), damage, (rows, newline, { header, columns, swapped }, spoilt) => {
    const whole = Buffer.from(rows.map((fields) => fields.join('\t')).join(newline));
    fs.writeFileSync(path.join(folder, 'train.tsv'), damaged(whole, { ...spoilt, compressed: false }));
    const read = () => readGlue(folder, { name: 'train.tsv', size: 0, sha256: '' }, { header, columns, sentence: swapped ? 1 : 0, label: swapped ? 0 : 1 }, 2, 'format');
    const { result, refused } = { result: undefined, refused: undefined, ...answerOf(read) };
    if (refused) expect(refused).toBeInstanceOf(DataFileError);
    if (!result) return;
    expect(result.labels.length).toBe(result.sentences.length);
    expect(result.labels.length).toBeGreaterThan(0);
    expect(result.labels.every((label) => label === 0 || label === 1)).toBe(true);
    expect(result.sentences.every((text) => typeof text === 'string' && !text.includes('\t'))).toBe(true);
  }), { sample: 300 });
});

test('an archive of any content writes nothing but what was asked for, inside its folder', () => {
  const place = path.join(root, 'tar');
  const folder = path.join(place, 'inside');
  const name = fc.oneof(fc.constantFrom('a.bin', 'set/a.bin', '../a.bin', '/a.bin', '../../outside', '..', '.', 'b.bin', '\\a.bin', 'a.bin/', 'a.bin\0x'), fc.string({ maxLength: 20 }));
  const member = fc.tuple(name, fc.uint8Array({ maxLength: 40 }), fc.constantFrom('0', '1', '2', '5', 'x', '\0'));
  check(fc.property(fc.array(member, { maxLength: 3 }), damage, (members, spoilt) => {
    fs.rmSync(place, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const archive = path.join(root, 'archive.tar.gz');
    const tar = Buffer.concat(members.map(([file, content, type]) => {
      const block = tarMember(file, Buffer.from(content));
      block.write(type, 156, 'latin1');
      return block;
    }));
    fs.writeFileSync(archive, damaged(tar, { ...spoilt, compressed: true }));
    answerOf(() => { unpackTarGz(archive, folder, ['a.bin', 'b.bin']); });
    expect(fs.readdirSync(place)).toEqual(['inside']);
    for (const file of fs.readdirSync(folder)) expect(['a.bin', 'b.bin']).toContain(file);
  }), { sample: 60, share: 0.5 });
});
