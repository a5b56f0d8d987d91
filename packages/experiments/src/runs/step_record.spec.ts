import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { PROGRESS_FILE, readStepRecord, StepRecord } from './step_record';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steps-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

const kept = () => readStepRecord('here', fs.readFileSync(path.join(folder, PROGRESS_FILE), 'utf8'));

test('once a second, with the mean time of a step without the first of this start', () => {
  let now = 5000;
  const record = new StepRecord(folder, () => now);
  record.step(101, 200, 2.5);
  expect(kept()).toEqual({ step: 101, steps: 200, loss: 2.5, stepMs: null });
  now += 600;
  record.step(102, 200, 2.4);
  expect(kept().step).toBe(101);
  now += 400;
  record.step(105, 200, NaN);
  expect(kept()).toEqual({ step: 105, steps: 200, loss: null, stepMs: 250 });
  record.remove();
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('a folder that cannot be written ends no run', () => {
  const record = new StepRecord(path.join(folder, 'gone'));
  expect(() => {
    record.step(1, 2, 1);
    record.remove();
  }).not.toThrow();
});

test.each([['', /JSON object/], ['[1]', /JSON object/], ['{"step":1}', /"step" and "steps"/], ['{"step":-1,"steps":3}', /"step" and "steps"/], ['{"step":1,"steps":1e300}', /"step" and "steps"/]])('%s is refused by name', (text, message) => {
  expect(() => readStepRecord('here', text)).toThrow(message);
  expect(() => readStepRecord('here', text)).toThrow(/^here: damaged/);
});
