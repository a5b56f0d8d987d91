import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ExperimentContext } from '../../experiment';
import { ListProgress } from '../../progress';
import { writePages } from '../../report/pages';
import { textTable } from '../../report/table';
import { makeDirectory, writeFileAtomic } from '../../runs/atomic';
import { describeEnvironment } from '../../runs/environment';
import { Interrupted } from '../../runs/interrupt';
import { RunFolder } from '../../runs/run_folder';
import { runId } from '../../runs/run_id';
import { benchCases, benchOps, type BenchCase } from './cases';
import { measureCase, type CaseResult } from './measure_case';
import { parseSize, parseThreads, showSize, type BenchKernelsConfig } from './options';
import { benchPages, goalTable, type BenchSubject } from './report';
import { checkGoals } from './goals';
import { speedTable } from './tables';
import { startWorkers, type BenchWorker } from './workers';

/** A measured case, as a line of metrics.jsonl. */
interface CaseLine extends CaseResult {
  readonly id: string;
}

/** Measures every case that has not been measured, and reports. */
export async function runBenchKernels(config: BenchKernelsConfig, context: ExperimentContext): Promise<void> {
  const cases = benchCases(benchOps(config.ops), config.dtypes, config.sizes.map(parseSize), config.directions);
  const workers = await startWorkers(config.threads.map(parseThreads), config.memory, config.peers, context.print);
  try {
    const versions = Object.assign({}, ...workers.map((worker) => worker.versions)) as Record<string, string>;
    const environment = describeEnvironment({ ...versions, kernels: hashOfKernels(), transparentHugePages: transparentHugePages() });
    const folder = runFolder(config, context.name, environment);
    const close = folder.open(identityOf(config), environment);
    try {
      await measureAll(cases, workers, config, context, folder);
      folder.finish({ cases: cases.length });
    } finally {
      close();
    }
    await report(config, context, environment, folder.metrics<CaseLine>());
  } finally {
    await Promise.all(workers.map(({ process: child }) => child.stop()));
  }
}

/** The options that the figures depend on, ops and sizes apart: more of them can be measured into the same folder. */
function identityOf({ memory, peers, samples, sampleMs, threads }: BenchKernelsConfig): object {
  return { memory, peers, samples, sampleMs, threads };
}

/** A folder for each build of the kernels on each machine: their figures are never mixed. */
function runFolder(config: BenchKernelsConfig, experiment: string, environment: Readonly<Record<string, unknown>>): RunFolder<never, { cases: number }> {
  const { cpu, cores, kernels, node, tensorflow } = environment;
  const folder = path.join(config.runsDir, experiment, runId(['kernels', config.memory], { ...identityOf(config), cpu, cores, kernels, node, tensorflow }));
  if (config.force) fs.rmSync(folder, { recursive: true, force: true });
  return new RunFolder(folder);
}

function caseId({ op, dtype, size, direction }: BenchCase): string {
  return [op.name, dtype, size, direction].join(' ');
}

async function measureAll(
  cases: readonly BenchCase[],
  workers: readonly BenchWorker[],
  config: BenchKernelsConfig,
  context: ExperimentContext,
  folder: RunFolder<never, { cases: number }>,
): Promise<void> {
  const measured = new Set(folder.metrics<CaseLine>().map(({ id }) => id));
  const open = cases.filter((bench) => !measured.has(caseId(bench)));
  if (open.length < cases.length) context.print(`${cases.length - open.length} of ${cases.length} cases are measured already (--force measures them again)`);
  const progress = new ListProgress(1, open.length, context.print);
  progress.start('kernels', open.length, 0);
  try {
    for (const [done, bench] of open.entries()) {
      const pause = () => {
        const signal = context.interrupted();
        if (signal) throw new Interrupted(signal, `interrupted; what was measured is kept in ${folder.folder}. The same command goes on from there:\n${context.command}`);
      };
      const result = await measureCase(bench, workers, { memory: config.memory, samples: config.samples, sampleMs: config.sampleMs, pause });
      folder.appendMetrics({ id: caseId(bench), ...result });
      progress.step(done + 1, `${bench.op.name} ${bench.dtype} ${showSize(bench.size)} ${bench.direction}`);
    }
  } finally {
    progress.stop();
  }
}

async function report(config: BenchKernelsConfig, context: ExperimentContext, environment: Readonly<Record<string, unknown>>, lines: readonly CaseLine[]): Promise<void> {
  const wanted = new Set(benchCases(benchOps(config.ops), config.dtypes, config.sizes.map(parseSize), config.directions).map(caseId));
  const chosen = lines.filter(({ id }) => wanted.has(id));
  const rows = chosen.flatMap((line) => line.rows);
  const disagreements = chosen.flatMap(({ id, disagreements: found }) => found.map((text) => `${id}: ${text}`));
  const subject: BenchSubject = { config, command: context.command, environment, rows, disagreements };
  for (const direction of config.directions) context.print(`\n${direction}, ns per element, memory ${config.memory}\n${textTable(speedTable(rows, direction))}`);
  context.print(`\n${textTable(goalTable(checkGoals(rows)))}`);
  for (const text of disagreements) context.print(`arms disagree: ${text}`);
  const target = path.join(config.runsDir, context.name, 'report');
  await writePages(target, benchPages(subject));
  if (config.json !== null) {
    makeDirectory(path.dirname(path.resolve(config.json)));
    writeFileAtomic(config.json, `${JSON.stringify({ command: context.command, environment, config, disagreements, rows }, null, 1)}\n`);
  }
  context.print(`\nreport: ${path.join(target, 'report.html')} (also report.md, figures/, rows.csv${config.json === null ? '' : `, ${config.json}`})`);
}

/** Of the compiled kernels: figures of another build are measured anew. */
function hashOfKernels(): string {
  const root = path.dirname(require.resolve('cuda-activations/package.json'));
  const hash = createHash('sha256');
  for (const file of ['cuda_activations.node', 'libcuda_activations_ops.so']) hash.update(fs.readFileSync(path.join(root, 'build', 'Release', file)));
  return hash.digest('hex').slice(0, 16);
}

function transparentHugePages(): string {
  try {
    return /\[(.*)\]/.exec(fs.readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8'))?.[1] ?? 'unknown';
  } catch {
    return 'not on this system';
  }
}
