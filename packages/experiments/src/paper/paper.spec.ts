import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { PartPlan } from '../classification/part_plan';
import { StorageError } from '../runs/atomic';
import { checkExportFolder } from './export';
import { paperOptions } from './options';
import { listedParts, PART_NAMES, type ListedPart } from './parts';
import { runPaper } from './run';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'paper-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

const IMAGES = { mnist: 60_000, cifar: 50_000 } as const;
const common = () => ({ dataDir: null, runsDir: folder, force: false });
const plan = ({ subject, config }: ListedPart) => new PartPlan({ subject, config, dataset: { name: subject.family === 'mnist' ? 'mnist' : 'cifar10', hash: '', train: { count: IMAGES[subject.family] } } });

test('the parts have the runs that the study asks for, on the official images alone', () => {
  const listed = listedParts(PART_NAMES, common(), false);
  const counts = Object.fromEntries(PART_NAMES.map((name) => [name, listed.filter(({ part }) => part === name).map((part) => plan(part).listed().length)]));
  // Faithful: 5 activations x 2 optimisers. Corrected: 10 activations x 2 optimisers x (4 rates + 5 seeds).
  expect(counts).toMatchObject({ 'cnn-faithful': [10, 10], 'cnn-spread': [8, 8, 16], 'resnet-spread': [20, 16], 'resnet-faithful': [2], 'cnn-corrected': [180, 180] });
  expect(new Set(listed.map(({ config }) => config.dataset))).toEqual(new Set(['mnist', 'cifar10']));
  expect(listed.filter(({ part }) => part.endsWith('faithful')).every(({ config }) => config.initialization === 'authors' && config.epochs === 50)).toBe(true);
});

test('every run has a key and a folder of its own, also one that two parts share', () => {
  const open = listedParts(PART_NAMES, common(), false).flatMap((part) => plan(part).open().map(({ key, task }) => ({ part, key, folder: path.join(task.subject.experiment, task.plan.id) })));
  const pairs = new Set(open.map(({ key, folder: own }) => `${key} ${own}`)).size;
  expect([new Set(open.map(({ key }) => key)).size, new Set(open.map(({ folder: own }) => own)).size]).toEqual([pairs, pairs]);
  const sections = new Set(open.map(({ part }) => part.section));
  for (const section of sections) {
    const own = open.filter(({ part }) => part.section === section);
    expect(new Set(own.map(({ key }) => key)).size).toBe(own.length);
  }
  expect(sections.size).toBe(listedParts(PART_NAMES, common(), false).length);
});

test('the list runs, goes on with what is not finished, and exports every number', async () => {
  const lines: string[] = [];
  const results = path.join(folder, 'results');
  const run = (parts: readonly string[]) =>
    runPaper(paperOptions.parse({ parts, short: true, runsDir: folder, resultsDir: results }), {
      name: 'paper', preset: 'quick', command: `npx nx run experiments:paper --runsDir=${folder}`, print: (line) => { lines.push(line); }, report: true, interrupted: () => undefined,
    });
  // Of the spread's copies four are not moved, so they are runs of the other part: 8 runs and 4 copies in all.
  await run(['cnn-faithful', 'cnn-spread']);
  expect(lines.filter((line) => line.includes('test loss'))).toHaveLength(12);
  lines.length = 0;
  await run(['cnn-faithful', 'cnn-corrected']);
  expect(lines.join('\n')).toContain('8 of 40 runs are finished already');
  expect(fs.readdirSync(results).sort()).toEqual(['claims', 'cnn-corrected-cifar.json', 'cnn-corrected-mnist.json', 'cnn-faithful-cifar.json', 'cnn-faithful-mnist.json', 'figures', 'report.md']);
  const text = fs.readFileSync(path.join(results, 'cnn-corrected-cifar.json'), 'utf8');
  const { about, runs } = JSON.parse(text) as { about: { commands: string[]; environments: unknown[] }; runs: { environment: number; epochs: Record<string, number[]> }[] };
  expect(runs).toHaveLength(8);
  expect(runs.every(({ environment, epochs }) => environment < about.environments.length && epochs['valLoss']?.length === 2)).toBe(true);
  // The command of the part, not the one that exported it.
  expect(about.commands).toEqual(['activations run paper --preset=quick --only=cnn-corrected --parts=cnn-faithful,cnn-corrected --runsDir=DIR --resultsDir=DIR']);
  expect(text).not.toContain(folder);
  for (const page of ['report.md', 'claims/report.md']) expect(fs.readFileSync(path.join(results, page), 'utf8')).toContain('No number here says anything');
  // Every figure that the report shows was exported with it.
  const shown = [...fs.readFileSync(path.join(results, 'report.md'), 'utf8').matchAll(/\((figures\/[^)]+)\)/g)].map(([, file = '']) => file);
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((file) => !fs.existsSync(path.join(results, file)))).toEqual([]);
}, 180_000);

test('on another machine the list goes on with the finished runs of an export, and exports the same numbers', async () => {
  const lines: string[] = [];
  const run = (runsDir: string, resultsDir: string, more: Record<string, unknown>) =>
    runPaper(paperOptions.parse({ parts: ['cnn-corrected'], short: true, runsDir, resultsDir, ...more }), {
      name: 'paper', preset: 'quick', command: 'npx nx run experiments:paper', print: (line) => { lines.push(line); }, report: true, interrupted: () => undefined,
    });
  const [first, second] = ['first', 'second'].map((name) => path.join(folder, name)) as [string, string];
  await run(path.join(folder, 'here'), first, {});
  lines.length = 0;
  await run(path.join(folder, 'there'), second, { from: first });
  // 2 data sets x 2 activations x 2 optimisers x (2 rates + 2 seeds).
  expect(lines).toContain(`32 finished runs are taken over from ${first}`);
  expect(lines.filter((line) => line.includes('test loss'))).toEqual([]);
  const read = (results: string) => fs.readFileSync(path.join(results, 'cnn-corrected-mnist.json'), 'utf8');
  expect(JSON.parse(read(second))).toEqual(JSON.parse(read(first)));
  expect(read(second)).toBe(read(first));

  fs.writeFileSync(path.join(first, 'cnn-corrected-mnist.json'), '{"about":{"environments":[]},"runs":[{"runId":1}]}');
  await expect(run(path.join(folder, 'there'), second, { from: first })).rejects.toThrow(/from: .*cnn-corrected-mnist\.json: not an export of runs: runs\.0\.runId: /);
  await expect(run(path.join(folder, 'there'), second, { from: path.join(folder, 'here') })).rejects.toThrow(/from: .* holds no export: expected JSON files that --resultsDir wrote/);
}, 180_000);

test('an export replaces no folder of something else', () => {
  fs.writeFileSync(path.join(folder, 'notes.txt'), '');
  expect(() => { checkExportFolder(folder, 'claims'); }).toThrow(StorageError);
  expect(() => { checkExportFolder(folder, 'claims'); }).toThrow(/resultsDir: .* expected an empty folder or an earlier export, got one with notes.txt/);
  expect(() => { checkExportFolder(path.join(folder, 'none'), 'claims'); }).not.toThrow();
});
