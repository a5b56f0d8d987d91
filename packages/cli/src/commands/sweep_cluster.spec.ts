import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SweepFolder, type SweepDefinition } from '@cuda-activations/experiments';
import { runIndexedJob, type IndexedJob } from '../testing/indexed_job';
import { runCli } from '../testing/run_cli';
import { programCommand } from './sweep_submit';

let volume: string;
beforeEach(() => { volume = fs.mkdtempSync(path.join(os.tmpdir(), 'sweep-cluster-')); });
afterEach(() => { fs.rmSync(volume, { recursive: true, force: true }); });

async function planned(definition: SweepDefinition): Promise<string> {
  const [file, folder] = [path.join(volume, 'tiny.json'), path.join(volume, 'tiny')];
  fs.writeFileSync(file, JSON.stringify(definition));
  expect(await runCli('sweep', 'plan', file, `--output=${folder}`)).toMatchObject({ code: 0 });
  return folder;
}
const tiny: SweepDefinition = { experiment: 'cnn-mnist', base: { dataset: 'synthetic', optimizers: ['adam'], epochs: 1, steps: 2, evaluationLimit: 16 }, grid: { activations: ['relu'], seeds: [1, 2] } };
const manifest = async (folder: string): Promise<IndexedJob> =>
  JSON.parse((await runCli('sweep', 'submit', folder, '--executor=kubernetes', '--image=example.org/activations', '--claim=sweeps', '--maxRunning=2', `--command=${programCommand().join(',')}`, '--printOnly')).out) as IndexedJob;

test('the containers of the manifest, run with the environment that Kubernetes gives them, run the items', async () => {
  const folder = await planned(tiny);
  expect(await runIndexedJob(await manifest(folder), volume)).toEqual({ completedIndexes: [0, 1], failedIndexes: [], pods: 2 });
  const sweep = new SweepFolder(folder);
  expect(sweep.marked('done')).toEqual([0, 1]);
  // What is left is one item: index 0 of the next Job is item 1.
  fs.rmSync(sweep.mark('done', 1));
  expect(await runIndexedJob(await manifest(folder), volume)).toEqual({ completedIndexes: [0], failedIndexes: [], pods: 1 });
  expect(sweep.marked('done')).toEqual([0, 1]);
  expect((await runCli('sweep', 'submit', folder, '--executor=kubernetes', '--image=example.org/activations', '--claim=sweeps', '--printOnly')).out).toBe('nothing to submit');
}, 300_000);

test('an item that is at fault fails its index at the first start, and says why in the sweep', async () => {
  const folder = await planned({ ...tiny, base: { ...tiny.base, dataset: 'mnist', dataDir: path.join(volume, 'nowhere') }, grid: { seeds: [1] } });
  expect(await runIndexedJob(await manifest(folder), volume)).toEqual({ completedIndexes: [], failedIndexes: [0], pods: 1 });
  expect(new SweepFolder(folder).failure(0)?.lines.join('\n')).toContain('nowhere');
}, 300_000);

test('an index is one of those that were named', async () => {
  const folder = await planned(tiny);
  for (const [argv, message] of [
    [['--index=2', '--items=0-1'], 'index: expected an integer from 0 to 1 with --items=0-1, got 2'],
    [['--index=2'], 'index: expected an integer from 0 to 1, got 2'],
    [[], 'index: expected an integer, from --index or from $JOB_COMPLETION_INDEX or $SLURM_ARRAY_TASK_ID, got none'],
    [['--index=0', '--items=x'], 'items: expected ranges such as 0-9,11, got "x"'],
  ] as const) {
    const { code, err } = await runCli('sweep', 'task', folder, ...argv);
    expect({ code, err }).toEqual({ code: 2, err: `error: ${message}` });
  }
});

test.each([
  [['--partition=a'], 'partition: only with --executor=slurm'],
  [['--executor=slurm', '--image=a'], 'image: only with --executor=kubernetes'],
  [['--executor=slurm', '--processes=2'], 'processes: only with --executor=local'],
  [['--executor=kubernetes', '--claim=a'], 'image: expected the image of the runs, with --executor=kubernetes'],
  [['--executor=kubernetes', '--image=a'], "claim: expected the PersistentVolumeClaim that holds the sweep's folder, with --executor=kubernetes"],
  [['--executor=slurm', '--partition=a b'], 'partition (command line): expected a word of Slurm without blanks and quotes, got "a b"'],
  [['--executor=slurm', '--prelude=a\nb'], 'prelude (command line): expected one line, got "a\\nb"'],
  [['--executor=slurm', '--time=soon'], 'time (command line): expected minutes, hours:minutes:seconds or days-hours, got "soon"'],
  [['--executor=kubernetes', '--claimPath=../a'], 'claimPath (command line): expected a relative path of letters, digits, "_", "." and "-", got "../a"'],
  [['--executor=kubernetes', '--namespace=A'], 'namespace (command line): expected a name of small letters, digits and "-", got "A"'],
])('%j is refused', async (argv, message) => {
  const folder = await planned(tiny);
  expect(await runCli('sweep', 'submit', folder, ...argv)).toMatchObject({ code: 2, err: `error: ${message}` });
});
