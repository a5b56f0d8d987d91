import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { makeDirectory, StorageError, writeFileAtomic } from './atomic';
import { CheckpointFolder } from './checkpoint';
import { readArrays } from './safetensors';

jest.mock('node:fs', () => {
  const actual = jest.requireActual<typeof fs>('node:fs');
  return { ...actual, writeSync: jest.fn(actual.writeSync), renameSync: jest.fn(actual.renameSync) };
});

/** Lets a call of the file system fail as the operating system would. */
function failing(call: 'writeSync' | 'renameSync', code: string): void {
  jest.mocked(fs[call]).mockImplementation(() => { throw Object.assign(new Error(`${code}: mock`), { code }); });
}

/** Lets it succeed again. */
function working(): void {
  const actual = jest.requireActual<typeof fs>('node:fs');
  jest.mocked(fs.writeSync).mockImplementation(actual.writeSync);
  jest.mocked(fs.renameSync).mockImplementation(actual.renameSync);
}

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'checkpoint-')); });
afterEach(() => {
  working();
  fs.rmSync(folder, { recursive: true });
});

const arrays = (value: number) => ({
  'conv1.weight': { shape: [2, 3], values: Float32Array.from([1, -0, NaN, Infinity, 1e-40, value]) },
  step: { shape: [], values: Int32Array.from([value]) },
});

test('what is written is read back, bit for bit', () => {
  const checkpoint = new CheckpointFolder<{ epoch: number }>(folder);
  expect(checkpoint.read()).toBeUndefined();
  checkpoint.write({ arrays: arrays(1), state: { epoch: 1 } });
  checkpoint.write({ arrays: arrays(2), state: { epoch: 2 } });
  const read = checkpoint.read();
  expect(read?.state).toEqual({ epoch: 2 });
  expect(Object.is(read?.arrays['conv1.weight']?.values[1], -0)).toBe(true);
  expect(read?.arrays).toEqual(arrays(2));
  expect(fs.readdirSync(path.join(folder, 'checkpoint')).sort()).toEqual(['arrays-2.safetensors', 'state.json']);
});

test.each(['ENOSPC', 'EACCES', 'EROFS'])('%s while writing: a clear error, and the earlier checkpoint stays', (code) => {
  const checkpoint = new CheckpointFolder<{ epoch: number }>(folder);
  checkpoint.write({ arrays: arrays(1), state: { epoch: 1 } });
  failing('writeSync', code);
  expect(() => { checkpoint.write({ arrays: arrays(2), state: { epoch: 2 } }); }).toThrow(StorageError);
  expect(() => { checkpoint.write({ arrays: arrays(2), state: { epoch: 2 } }); }).toThrow(/cannot write .*arrays-2\.safetensors: .*--runsDir=DIR/);
  working();
  expect(checkpoint.read()).toEqual({ arrays: arrays(1), state: { epoch: 1 } });
  expect(fs.readdirSync(path.join(folder, 'checkpoint')).sort()).toEqual(['arrays-1.safetensors', 'state.json']);
});

test('arrays of a process that was killed before it could name them are removed by the next checkpoint', () => {
  const checkpoint = new CheckpointFolder<{ epoch: number }>(folder);
  checkpoint.write({ arrays: arrays(1), state: { epoch: 1 } });
  for (const left of ['arrays-2.safetensors', 'arrays-3.safetensors.tmp']) fs.writeFileSync(path.join(folder, 'checkpoint', left), 'torn');
  expect(checkpoint.read()?.state).toEqual({ epoch: 1 });
  checkpoint.write({ arrays: arrays(4), state: { epoch: 4 } });
  expect(fs.readdirSync(path.join(folder, 'checkpoint')).sort()).toEqual(['arrays-4.safetensors', 'state.json']);
});

test('a truncated file of arrays is named', () => {
  const checkpoint = new CheckpointFolder<{ epoch: number }>(folder);
  checkpoint.write({ arrays: arrays(1), state: { epoch: 1 } });
  const file = path.join(folder, 'checkpoint', 'arrays-1.safetensors');
  fs.truncateSync(file, fs.statSync(file).size - 4);
  expect(() => checkpoint.read()).toThrow(/arrays-1\.safetensors: truncated: step ends at byte \d+ of \d+/);
  fs.truncateSync(file, 5);
  expect(() => readArrays(file)).toThrow(/not a safetensors file, or truncated \(5 bytes\)/);
});

test('a failed write leaves no temporary file', () => {
  failing('renameSync', 'EACCES');
  expect(() => { writeFileAtomic(path.join(folder, 'file'), 'text'); }).toThrow(StorageError);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('a directory that cannot be made is an error, not a hang', () => {
  if (process.platform === 'linux') expect(() => { makeDirectory('/proc/nowhere/deeper'); }).toThrow(StorageError);
});
