import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { answerOf, check } from '@cuda-activations/tools/properties';
import fc from 'fast-check';
import { parseCommandLine } from '../config/command_line';
import { UsageError } from '../config/errors';
import { fieldsOf } from '../config/fields';
import { resolveOptions } from '../config/resolve';
import { classificationOptions } from '../classification/config';
import { CheckpointFolder } from './checkpoint';
import { readRun } from './kept_run';
import { RunFolder } from './run_folder';
import type { StoredArrays } from './safetensors';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'readers-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

const name = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('__proto__', 'best/a', 'optimizer/0', ''));
const arrays = fc.array(fc.tuple(name, fc.oneof(fc.float32Array({ maxLength: 6 }), fc.int32Array({ maxLength: 6 }))), { maxLength: 3 }).map((entries): StoredArrays => Object.fromEntries(entries.map(([key, values]) => [key, { shape: [values.length], values }])));
/** Text that is JSON, nearly JSON, or none. */
const text = fc.oneof(fc.jsonValue().map((value) => JSON.stringify(value)), fc.string(), fc.json().map((json) => json.slice(0, json.length >> 1)));

test('a checkpoint is read back as it was written; a damaged one is refused with the name of the file', () => {
  const change = fc.record({ first: arrays, second: arrays, state: fc.jsonValue(), damage: fc.option(fc.record({ file: fc.nat(1), cut: fc.nat(200), manifest: fc.option(text) })) });
  check(fc.property(change, ({ first, second, state, damage }) => {
    const run = fs.mkdtempSync(path.join(folder, 'run-'));
    const checkpoint = new CheckpointFolder<unknown>(run);
    checkpoint.write({ arrays: first, state: null });
    checkpoint.write({ arrays: second, state });
    const files = fs.readdirSync(path.join(run, 'checkpoint')).sort();
    expect(files.length).toBe(2);
    if (damage === null) {
      const read = checkpoint.read();
      expect(JSON.stringify(read?.state)).toBe(JSON.stringify(state));
      expect(Object.keys(read?.arrays ?? {}).sort()).toEqual(Object.keys(second).sort());
      return;
    }
    const file = path.join(run, 'checkpoint', files[damage.file] ?? '');
    if (damage.file === 1 && damage.manifest !== null) fs.writeFileSync(file, damage.manifest);
    else fs.truncateSync(file, Math.min(damage.cut, fs.statSync(file).size));
    for (const read of [() => checkpoint.read(), () => checkpoint.state()]) {
      const { refused } = { refused: undefined, ...answerOf(read) };
      if (refused) expect(refused.message).toContain(path.join(run, 'checkpoint'));
    }
  }), { sample: 30, share: 0.1 });
});

test('a run folder of any content is read or refused with the name of the file', () => {
  const content = fc.record({ 'config.json': fc.option(text), DONE: fc.option(text), 'metrics.jsonl': fc.option(fc.array(text).map((lines) => lines.join('\n'))), 'environment.json': fc.option(text) });
  check(fc.property(content, (files) => {
    const run = fs.mkdtempSync(path.join(folder, 'run-'));
    for (const [file, written] of Object.entries(files)) if (written !== null) fs.writeFileSync(path.join(run, file), written);
    for (const call of [() => readRun(run), () => { new RunFolder(run).open({ a: 1 }, {})(); }]) {
      const { refused } = { refused: undefined, ...answerOf(call) };
      if (refused) expect(refused.message).toContain(run);
    }
    expect(fs.existsSync(path.join(run, 'lock'))).toBe(false);
  }), { sample: 30, share: 0.1 });
});

test('any command line and any preset is resolved, or refused with a usage error', () => {
  const fields = fieldsOf(classificationOptions);
  const option = fc.tuple(fc.oneof(fc.constantFrom(...fields.map((field) => field.name)), fc.string()), fc.oneof(fc.string(), fc.constantFrom('none', 'true', '-1', '1e999', '0x10', ',,', 'relu:alpha=NaN', 'elu:alpha=0.5', '__proto__')));
  const argv = fc.array(fc.oneof(option.map(([key, value]) => `--${key}=${value}`), fc.string(), fc.constantFrom('--', '--=', '--no-', '-', '--__proto__=1', '--constructor=1')), { maxLength: 3 });
  check(fc.property(argv, fc.dictionary(fc.oneof(fc.constantFrom(...fields.map((field) => field.name)), fc.string()), fc.jsonValue(), { maxKeys: 3 }), (line, preset) => {
    const { refused } = { refused: undefined, ...answerOf(() => resolveOptions(classificationOptions, [{ name: 'preset', values: preset }, { name: 'command line', values: parseCommandLine(line, fields).values }])) };
    if (refused) expect(refused).toBeInstanceOf(UsageError);
  }), { sample: 80, share: 0.2 });
});
