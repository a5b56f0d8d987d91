import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import Ajv from 'ajv';
import schema from '../../testing/kubernetes_job.schema.json';
import { fakeTools } from '../../testing/fake_tools';
import { SweepFolder } from '../../sweep_folder';
import { openItems, type Work } from '../executor';
import { jobsOf, MOST_COMPLETIONS, sweepLabel } from './job';
import { KubernetesExecutor } from './kubernetes';
import type { KubernetesOptions } from './options';
import { kubernetesQueue } from './queue';

const OPTIONS: KubernetesOptions = { image: 'registry.example.org/activations:1', command: ['activations'], namespace: null, claim: 'sweeps', claimPath: 'toy', localQueue: null, memory: null, cpus: null, gpus: 0, maxRunning: null, retries: 3, grace: 120, user: null };
const EVERYTHING: KubernetesOptions = { ...OPTIONS, namespace: 'lab', localQueue: 'shared', memory: 2000, cpus: 2, gpus: 1, maxRunning: 8, user: 1000 };

/** What is read of a manifest here. */
interface Job {
  readonly metadata: { readonly generateName: string; readonly namespace?: string; readonly labels: Record<string, string> };
  readonly spec: {
    readonly completions: number;
    readonly parallelism: number;
    readonly suspend?: boolean;
    readonly podFailurePolicy: { readonly rules: readonly { readonly action: string; readonly onExitCodes?: { readonly values: readonly number[]; readonly containerName: string } }[] };
    readonly template: { readonly spec: { readonly restartPolicy: string; readonly containers: readonly [{ readonly name: string; readonly args: readonly string[]; readonly resources: unknown }] } };
  };
}

let root: string;
let folder: SweepFolder;
let said: string[];
let restore: () => void;
const output = { print: (line: string) => { said.push(line); }, complain: (line: string) => { said.push(line); } };

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'kubernetes-'));
  folder = new SweepFolder(path.join(root, 'toy'));
  said = [];
  restore = fakeTools(path.join(root, 'bin'), {
    kubectl: `printf '%s|' "$@" >> '${root}/calls'; echo >> '${root}/calls'
case "$1" in
  create) cat > '${root}/created.json'; n=$(cat '${root}/n' 2>/dev/null || echo 1); echo $((n + 1)) > '${root}/n'; echo "job.batch/activations-toy-$n" ;;
  get) cat "${root}/$(basename "$2").json" 2>/dev/null || true ;;
esac`,
  });
});
afterEach(() => {
  restore();
  fs.rmSync(root, { recursive: true, force: true });
});

function create(items: number, name = 'toy', more = {}): void {
  folder.create({ format: 1, name, experiment: 'toy', preset: 'quick', items, config: {}, varied: [], ...more }, '{}\n'.repeat(items));
}
const work = (items = openItems(folder, false)): Work => ({ folder, items, program: ['unused'], threads: 3 });
const manifest = (options: KubernetesOptions, items?: readonly number[]): Job => jobsOf(items ? work([...items]) : work(), options)[0]?.manifest as unknown as Job;
const calls = (): string[] => fs.readFileSync(path.join(root, 'calls'), 'utf8').trimEnd().split('\n');
const state = (name: string, job: object): void => { fs.writeFileSync(path.join(root, `${name}.json`), JSON.stringify(job)); };

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, formats: { 'int32': { type: 'number', validate: (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** 31 }, 'int64': { type: 'number', validate: Number.isSafeInteger }, 'byte': true, 'date-time': true } });
const valid = ajv.compile(schema);
function problems(job: unknown): unknown {
  return valid(job) ? null : valid.errors?.map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`);
}

test.each([['the least', OPTIONS], ['everything', EVERYTHING]])('the manifest fits the schema of the API: %s', (_, options) => {
  create(12);
  expect(problems(manifest(options))).toBeNull();
  expect(problems(manifest(options, [1, 2, 5]))).toBeNull();
});

test('the schema refuses what the API refuses', () => {
  create(2);
  const job = manifest(OPTIONS);
  expect(problems({ ...job, spec: { ...job.spec, backoffLimitPerIndx: 3 } })).toEqual([expect.stringContaining('backoffLimitPerIndx')]);
  expect(problems({ ...job, spec: { ...job.spec, completions: '2' } })).toEqual([expect.stringContaining('/spec/completions must be integer')]);
  expect(problems({ ...job, spec: { ...job.spec, template: { spec: {} } } })).toEqual([expect.stringContaining("must have required property 'containers'")]);
});

test('rules of the API that no schema holds', () => {
  create(12, `A_name.with-everything-${'x'.repeat(80)}-`);
  const { metadata, spec } = manifest(EVERYTHING);
  // A failure policy needs pods that are not restarted in place; exit codes are sorted, unique and not 0.
  expect(spec.template.spec.restartPolicy).toBe('Never');
  for (const { onExitCodes } of spec.podFailurePolicy.rules) {
    if (!onExitCodes) continue;
    expect([...new Set(onExitCodes.values)].sort((a, b) => a - b)).toEqual(onExitCodes.values);
    expect(onExitCodes.values).not.toContain(0);
    expect(onExitCodes.containerName).toBe(spec.template.spec.containers[0].name);
  }
  // The cluster adds five characters to the name, a dash and an index to a pod's host name, which has 63.
  expect(metadata.generateName).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?-$/);
  expect(`${metadata.generateName}abcde-99999`.length).toBeLessThanOrEqual(63);
  for (const label of Object.values(metadata.labels)) expect(label).toMatch(/^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/);
  expect(['a', '-a-', '...', `${'x'.repeat(62)}..`].map(sweepLabel)).toEqual(['a', 'a', 'sweep', 'x'.repeat(62)]);
});

test('what was asked for is in the manifest', () => {
  create(12);
  const { metadata, spec } = manifest(EVERYTHING, [1, 2, 5]);
  expect(metadata).toMatchObject({ namespace: 'lab', labels: { 'kueue.x-k8s.io/queue-name': 'shared' } });
  expect(spec).toMatchObject({ completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 3, suspend: true });
  expect(spec.template.spec).toMatchObject({
    securityContext: { runAsUser: 1000, runAsNonRoot: true },
    volumes: [{ persistentVolumeClaim: { claimName: 'sweeps' } }],
    containers: [{ args: ['sweep', 'task', '/sweeps/toy', '--items=1-2,5'], resources: { requests: { cpu: '2', memory: '2000Mi' }, limits: { 'memory': '2000Mi', 'nvidia.com/gpu': '1' } } }],
  });
  // All items: the index is the item.
  expect(manifest(OPTIONS).spec.template.spec.containers[0].args).toEqual(['sweep', 'task', '/sweeps/toy']);
  expect(manifest(OPTIONS).spec).not.toHaveProperty('suspend');
});

test('very many items: several Jobs; too many pieces for an argument are refused', () => {
  create(1);
  const all = jobsOf(work(Array.from({ length: MOST_COMPLETIONS + 5 }, (_, i) => i)), OPTIONS);
  expect(all.map(({ manifest: job }) => (job as unknown as Job).spec.completions)).toEqual([MOST_COMPLETIONS, 5]);
  expect(() => jobsOf(work(Array.from({ length: 40_000 }, (_, i) => i * 2)), OPTIONS)).toThrow(/40000 items in too many pieces for one argument/);
});

test('handed to kubectl; what it has is not handed over twice; what failed is', async () => {
  create(4);
  const executor = new KubernetesExecutor({ ...OPTIONS, namespace: 'lab' });
  expect(await executor.submit(work(), output)).toBe(0);
  expect(calls()).toEqual(['create|--filename=-|--output=name|']);
  expect(fs.readFileSync(path.join(root, 'created.json'), 'utf8')).toBe(JSON.stringify(JSON.parse(executor.describe(work()))));
  state('activations-toy-1', { spec: {}, status: { active: 1, completedIndexes: '0', failedIndexes: '1' } });
  folder.finish({ index: 0, values: {}, seconds: 1, runs: [] });
  expect(kubernetesQueue.report(folder, 5)).toEqual({ executor: 'kubernetes', jobs: ['activations-toy-1'], queued: 1, running: 1, reasons: { Pending: 1 }, lost: [{ index: 1, end: 'failed', lines: [] }], problem: null });
  await executor.submit(work(), output);
  expect(said).toEqual(['4 items in Job activations-toy-1', '2 items are in Kubernetes already', '1 items in Job activations-toy-2']);
  expect((JSON.parse(fs.readFileSync(path.join(root, 'created.json'), 'utf8')) as Job).spec.template.spec.containers[0].args.at(-1)).toBe('--items=1');
  // The first is over and was removed, the second waits for Kueue.
  fs.rmSync(path.join(root, 'activations-toy-1.json'));
  state('activations-toy-2', { spec: { suspend: true }, status: {} });
  expect(kubernetesQueue.report(folder, 5)).toMatchObject({ jobs: ['activations-toy-2'], queued: 1, running: 0, reasons: { Suspended: 1 }, lost: [{ index: 2, end: 'its Job is gone' }, { index: 3, end: 'its Job is gone' }] });
  kubernetesQueue.cancel(folder, output);
  expect(calls().at(-1)).toBe('delete|job/activations-toy-2|--namespace=lab|--ignore-not-found|--wait=false|');
});

test('halving: a round at a time, since pods that wait would hold the places of those that they wait for', async () => {
  create(7, 'toy', { halving: { over: 'x', budget: 'y', budgets: [1, 2, 4], metric: 'm', goal: 'least', tried: [1, 2, 3, 4], groups: 1, slots: [4, 2, 1] } });
  const executor = new KubernetesExecutor(OPTIONS);
  await executor.submit(work(), output);
  expect(said).toEqual(['4 items in Job activations-toy-1', '3 items of later rounds wait; submit again when these are done']);
  for (const index of [0, 1, 2, 3]) folder.finish({ index, values: {}, seconds: 1, runs: [] });
  await executor.submit(work(), output);
  expect(said.slice(2)).toEqual(['2 items in Job activations-toy-2', '1 items of later rounds wait; submit again when these are done']);
});

test('a cluster that does not answer is said', async () => {
  create(2);
  const executor = new KubernetesExecutor(OPTIONS);
  await executor.submit(work(), output);
  fs.writeFileSync(path.join(root, 'bin', 'kubectl'), '#!/bin/sh\necho "The connection to the server was refused" >&2\nexit 1\n');
  expect(kubernetesQueue.report(folder, 5)).toMatchObject({ problem: 'kubectl: The connection to the server was refused', lost: [] });
  await expect(async () => executor.submit(work(), output)).rejects.toThrow('The connection to the server was refused');
});
