import * as path from 'node:path';
import { optionsFor, type ClassificationConfig } from '../classification/config';
import { DataCache, loadDataset } from '../classification/data_cache';
import { folderOf, type RunTask } from '../classification/execute';
import type { TrainedPart } from '../classification/part_plan';
import type { ReportedPart } from '../classification/report_subject';
import { noFinishedRun } from '../classification/run';
import { resultTable } from '../classification/report/result_table';
import type { ClassificationSubject } from '../classification/subject';
import { trainAll, trainedSoFar } from '../classification/train_all';
import type { ImageDataset } from '../data/dataset';
import type { ExperimentContext } from '../experiment';
import { checkExportFolder, exportedRun, exportResults } from '../paper/export';
import { repeatCommand } from '../report/repeat_command';
import { textTable } from '../report/table';
import { aplReport, shapesOf } from './report_subject';
import { populationOf } from './shape_statistics';
import { writeAplReport } from './write_report';

/** Loads the images, trains every run that is not finished, by depth where there are several, and reports. */
export async function runApl(subject: ClassificationSubject, config: ClassificationConfig, context: ExperimentContext): Promise<void> {
  const { print } = context;
  if (config.resultsDir !== null) checkExportFolder(config.resultsDir, '');
  const cache = new DataCache();
  try {
    const dataset = await cache.dataset(subject, config, print);
    print(`data: ${dataset.title}, ${dataset.train.count} training and ${dataset.test.count} test images${dataset.directory === null ? '' : ` from ${dataset.directory}`}`);
    const parts = partsOf(subject, config, dataset, context);
    const trained = await trainAll(parts, cache, context);
    if (context.report) await writeResults(subject, config, parts, trained, context);
  } finally {
    cache.dispose();
  }
}

/** Reports the runs that are finished, as they are. */
export async function reportApl(subject: ClassificationSubject, config: ClassificationConfig, context: ExperimentContext): Promise<void> {
  const parts = partsOf(subject, config, await loadDataset(subject, config, context.print), context);
  const trained = parts.map((part) => trainedSoFar(part));
  if (!trained.some(({ results }) => results.some((task) => folderOf(task).status() === 'done'))) throw noFinishedRun(subject, config);
  await writeResults(subject, config, parts, trained, context);
}

/** One part a depth, where there are several. */
function partsOf(subject: ClassificationSubject, config: ClassificationConfig, dataset: ImageDataset, { preset }: ExperimentContext): ReportedPart[] {
  const configs = subject.model === 'apl-net' ? config.depths.map((depth) => ({ ...config, depths: [depth] })) : [config];
  return configs.map((each) => ({ subject, config: each, dataset, preset }));
}

async function writeResults(subject: ClassificationSubject, config: ClassificationConfig, parts: readonly ReportedPart[], trained: readonly TrainedPart[], { print, preset }: ExperimentContext): Promise<void> {
  const reports = parts.map((part, i) => aplReport(part, trained[i] ?? { results: [], tuning: [], chosen: [] }, config));
  for (const { subject: rows, depth } of reports) {
    print(`\n${rows.synthetic ? 'embedded procedural images (not a benchmark): ' : ''}${rows.dataset}, preset ${preset}${depth === null ? '' : `, ${depth} convolutions`}`);
    print(textTable(resultTable(rows)));
  }
  const folder = path.join(config.runsDir, subject.experiment, 'report');
  await writeAplReport(folder, subject.title, reports);
  print(`\nreport: ${path.join(folder, 'report.html')} (also report.md, figures/, *.csv)`);
  if (config.resultsDir === null) return;
  const command = repeatCommand(subject.experiment, optionsFor(subject.model), config, preset);
  const exported = reports.map(({ subject: rows, depth }, i) => ({
    name: `${subject.experiment}${depth === null ? '' : `-${depth}`}`, part: preset, command, subject: rows,
    runs: (trained[i]?.results ?? []).map((task) => ({ ...exportedRun(task), more: () => populations(task) })),
  }));
  exportResults(config.resultsDir, folder, exported);
  print(`exported to ${config.resultsDir}`);
}

/** What the units of each site have learned, by epoch. */
function populations(task: RunTask): Readonly<Record<string, unknown>> {
  const epochs = shapesOf(task);
  if (epochs.length === 0) return {};
  const sites = Object.keys(epochs[0]?.sites ?? {});
  return { shapes: Object.fromEntries(sites.map((site) => [site, epochs.flatMap(({ epoch, sites: at }) => (at[site] ? [{ epoch, ...populationOf(at[site]) }] : []))])) };
}
