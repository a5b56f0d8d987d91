import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Confined } from './confined';

let folder: string;
let files: Confined;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'confined-'));
  fs.mkdirSync(path.join(folder, 'root', 'inside'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'outside'));
  fs.writeFileSync(path.join(folder, 'outside', 'secret'), '{"secret":1}');
  fs.writeFileSync(path.join(folder, 'root', 'inside', 'file'), '{"a":1}');
  const found = Confined.at(path.join(folder, 'root'));
  if (!found) throw new Error('no root');
  files = found;
});
afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

test('files of the folder are read', () => {
  expect(files.folders('')).toEqual(['inside']);
  expect(files.text('inside/file', 100)).toBe('{"a":1}');
  expect(files.json('inside/file', 100)).toEqual({ a: 1 });
  expect(files.stat('inside')?.isDirectory()).toBe(true);
  expect(files.text('inside/file', 3)).toBeUndefined();
  expect(files.text('inside', 100)).toBeUndefined();
  expect(files.text('inside/none', 100)).toBeUndefined();
});

test.each(['../outside/secret', 'inside/../../outside/secret', '/etc/hostname', '..', '../root-beside'])('%s is no place below it', (place) => {
  expect(files.text(place, 1e6)).toBeUndefined();
  expect(files.stat(place)).toBeUndefined();
  expect(files.folders(place)).toEqual([]);
});

test('what lies beside it under a name that begins the same is not below it', () => {
  fs.mkdirSync(path.join(folder, 'root-beside'));
  fs.writeFileSync(path.join(folder, 'root-beside', 'file'), 'x');
  expect(files.text('../root-beside/file', 100)).toBeUndefined();
});

test('links to files and folders, outside and inside, are as good as absent', () => {
  const link = (to: string, name: string) => { fs.symlinkSync(to, path.join(folder, 'root', name)); };
  link(path.join(folder, 'outside', 'secret'), 'file-link');
  link('../outside', 'folder-link');
  link('inside', 'inner-link');
  link('nowhere', 'broken');
  link('loop', 'loop');
  expect(files.folders('')).toEqual(['inside']);
  for (const name of ['file-link', 'folder-link/secret', 'inner-link/file', 'broken', 'loop']) {
    expect(files.text(name, 1e6)).toBeUndefined();
    expect(files.stat(name)).toBeUndefined();
  }
  expect(files.folders('folder-link')).toEqual([]);
});

test('a folder that becomes a link after it was listed is not followed', () => {
  fs.rmSync(path.join(folder, 'root', 'inside'), { recursive: true });
  fs.symlinkSync('../outside', path.join(folder, 'root', 'inside'));
  expect(files.text('inside/secret', 100)).toBeUndefined();
});

test('a pipe is not waited for, and a device not read', () => {
  execFileSync('mkfifo', [path.join(folder, 'root', 'pipe')]);
  expect(files.text('pipe', 100)).toBeUndefined();
  expect(files.stat('pipe')).toBeUndefined();
});

test('the folder itself may be a link: the user named it', () => {
  fs.symlinkSync('root', path.join(folder, 'named'));
  expect(Confined.at(path.join(folder, 'named'))?.text('inside/file', 100)).toBe('{"a":1}');
  expect(Confined.at(path.join(folder, 'none'))).toBeUndefined();
  expect(Confined.at(path.join(folder, 'outside', 'secret'))).toBeUndefined();
});
