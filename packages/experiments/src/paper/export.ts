import * as fs from 'node:fs';
import * as path from 'node:path';
import { folderOf, type RunTask } from '../classification/execute';
import { finishedRow } from '../classification/report_subject';
import type { RunResult } from '../train/trainer';
import { makeDirectory, StorageError, storing, writeFileAtomic } from '../runs/atomic';
import type { ReportRow, ReportSubject } from '../classification/report/rows';
import { withoutLocal } from '../report/local_options';

/** Digits that are kept of a number: enough for every table and figure. */
const DIGITS = 6;

/** What an exported part rests on. */
export interface ExportedPart {
  /** Of its file, without `.json`. */
  readonly name: string;
  /** The part of a list that it is. */
  readonly part: string;
  /** What makes its runs again, see `repeatCommand`. */
  readonly command: string;
  readonly subject: ReportSubject;
  readonly runs: readonly ExportedRun[];
  /** Tries of learning rates, which no table shows one by one. */
  readonly tuning?: readonly ExportedTry[];
}

/** What an export says of any run. */
type ExportedRow = Omit<ReportRow, 'result'> & { readonly result: RunResult };

/** A try of a learning rate. */
export interface ExportedTry extends ExportedRun {
  readonly row: ExportedRow;
}

/** A run that may be exported. */
export interface ExportedRun {
  readonly id: string;
  readonly folder: string;
  /** More about it than its metrics, by the name of the field. */
  readonly more?: () => Readonly<Record<string, unknown>>;
}

/** A run of a classification experiment. */
export function exportedRun(task: RunTask): ExportedRun {
  return { id: task.plan.id, folder: folderOf(task).folder };
}

/** The finished tries of a part. */
export function exportedTries(tasks: readonly RunTask[]): ExportedTry[] {
  return tasks.flatMap((task) => {
    const row = finishedRow(task);
    return row ? [{ ...exportedRun(task), row }] : [];
  });
}

/**
 * An export replaces its folder, so that nothing of an earlier one stays.
 * @param page that an earlier export has, see `exportResults`
 * @throws StorageError where it holds something else
 */
export function checkExportFolder(folder: string, page: string): void {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  if (names.length === 0 || (fs.existsSync(path.join(folder, page, 'report.md')) && fs.existsSync(path.join(folder, 'figures')))) return;
  throw new StorageError(`resultsDir: ${folder} is replaced by the export: expected an empty folder or an earlier export, got one with ${names.slice(0, 3).join(', ')}`);
}

/**
 * Copies a report with its figures, and writes one compact JSON file a part with every number, to a folder that is kept under
 * version control: configuration, the machines that the runs were made on, results, and all epochs.
 *
 * @param pages folders of the report with pages of their own, besides the first
 */
export function exportResults(folder: string, reportFolder: string, parts: readonly ExportedPart[], pages: readonly string[] = []): void {
  checkExportFolder(folder, pages[0] ?? '');
  storing(folder, () => { fs.rmSync(folder, { recursive: true, force: true }); });
  makeDirectory(folder);
  for (const page of ['', ...pages]) {
    makeDirectory(path.join(folder, page));
    fs.copyFileSync(path.join(reportFolder, page, 'report.md'), path.join(folder, page, 'report.md'));
  }
  const figures = path.join(reportFolder, 'figures');
  makeDirectory(path.join(folder, 'figures'));
  for (const file of fs.readdirSync(figures).filter((name) => name.endsWith('.svg'))) fs.copyFileSync(path.join(figures, file), path.join(folder, 'figures', file));
  for (const part of parts) if (part.subject.rows.length > 0) writeFileAtomic(path.join(folder, `${part.name}.json`), `${compact(part)}\n`);
}

function compact({ part, command, subject, runs: kept, tuning = [] }: ExportedPart): string {
  const environments = distinctEnvironments([...kept, ...tuning]);
  const header = { part, experiment: subject.experiment, preset: subject.preset, dataset: subject.dataset, synthetic: subject.synthetic, commands: [command], config: withoutLocal(subject.config), environments: environments.list, chosen: subject.chosen };
  const exported = (row: ExportedRow, run: ExportedRun | undefined) => {
    const { metrics, ...rest } = row;
    const fields = Object.keys(metrics[0] ?? {}).filter((field) => field !== 'gradientNorms' && field !== 'steps');
    const weights = Object.keys(metrics[0]?.gradientNorms ?? {}).filter((weight) => plotted(weight));
    return {
      ...rest,
      environment: environments.of.get(row.runId),
      epochs: Object.fromEntries(fields.map((field) => [field, metrics.map((epoch) => epoch[field as keyof typeof epoch])])),
      ...run?.more?.(),
      gradientNorms: Object.fromEntries(weights.map((weight) => [weight, metrics.map((epoch) => epoch.gradientNorms?.[weight] ?? null)])),
    };
  };
  const runs = subject.rows.map((row) => exported(row, kept.find(({ id }) => id === row.runId)));
  const tries = tuning.map(({ row, ...run }) => exported(row, run));
  const line = (value: unknown) => JSON.stringify(value, (_, number: unknown) => (typeof number === 'number' && !Number.isInteger(number) ? Number(number.toPrecision(DIGITS)) : number));
  const lines = (list: readonly unknown[]) => `[\n${list.map(line).join(',\n')}\n]`;
  return `{"about":${line(header)},\n"runs":${lines(runs)}${tries.length > 0 ? `,\n"tuning":${lines(tries)}` : ''}}`;
}

/** Of ResNet-50's 107 weights, those that the paper plots. */
function plotted(weight: string): boolean {
  return !/^(bn|layer\d|downsample)/.test(weight) || ['bn1.weight', 'layer4.0.conv1.weight', 'layer4.0.bn1.weight'].includes(weight);
}

/** The machines and versions of the runs, each once; a run's latest start counts. */
function distinctEnvironments(runs: readonly ExportedRun[]): { readonly list: readonly unknown[]; readonly of: ReadonlyMap<string, number> } {
  const list: unknown[] = [];
  const of = new Map<string, number>();
  const known: string[] = [];
  for (const { id, folder } of runs) {
    const file = path.join(folder, 'environment.json');
    if (!fs.existsSync(file)) continue;
    const { starts } = JSON.parse(fs.readFileSync(file, 'utf8')) as { starts: readonly Readonly<Record<string, unknown>>[] };
    const lasting = Object.fromEntries(Object.entries(starts.at(-1) ?? {}).filter(([key]) => key !== 'startedAt'));
    const key = JSON.stringify(lasting);
    if (!known.includes(key)) {
      known.push(key);
      list.push(lasting);
    }
    of.set(id, known.indexOf(key));
  }
  return { list, of };
}
