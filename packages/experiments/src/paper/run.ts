import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { DataCache, loadDataset } from '../classification/data_cache';
import { PartPlan, type Part } from '../classification/part_plan';
import { reportSubject } from '../classification/report_subject';
import { trainAll, trainedSoFar } from '../classification/train_all';
import type { ImageDataset } from '../data/dataset';
import type { ExperimentContext } from '../experiment';
import { textTable } from '../report/table';
import { describeEnvironment } from '../runs/environment';
import { checkExportFolder, exportedRun, exportedTries, exportResults } from './export';
import { EarlierExport } from './take_over';
import { repeatCommand } from '../report/repeat_command';
import { paperOptions, type PaperConfig } from './options';
import { listedParts, type ListedPart, type PartName } from './parts';
import { CLAIMS, overviewTable, writePaperReport } from './report';

/** Runs the parts that are asked for as one list, then reports everything that is finished. */
export async function runPaper(config: PaperConfig, context: ExperimentContext): Promise<void> {
  const { print } = context;
  // Now, and not after days of training.
  if (config.resultsDir !== null) checkExportFolder(config.resultsDir, CLAIMS);
  const listed = partsOf(config);
  const asked = config.only.length > 0 ? listed.filter(({ part }) => config.only.includes(part)) : listed;
  const cache = new DataCache();
  try {
    const datasets = await datasetsOf(listed, print);
    const withData = (part: ListedPart) => ({ ...part, dataset: datasets.get(part.subject.family) as ImageDataset });
    takeOver(config, listed.map(withData), print);
    print(textTable(planTable(asked.map((part) => new PartPlan(withData(part))), asked)));
    await trainAll(asked.map(withData), cache, context);
    if (context.report) await writeResults(config, listed.map(withData), context);
  } finally {
    cache.dispose();
  }
}

/** Reports everything that is finished. */
export async function reportPaper(config: PaperConfig, context: ExperimentContext): Promise<void> {
  const listed = partsOf(config);
  const datasets = await datasetsOf(listed, context.print);
  const parts = listed.map((part) => ({ ...part, dataset: datasets.get(part.subject.family) as ImageDataset }));
  takeOver(config, parts, context.print);
  await writeResults(config, parts, context);
}

/** Makes folders of the finished runs of an earlier export. Tries come first: the rates of the results follow from them. */
function takeOver({ from }: PaperConfig, parts: readonly Part[], print: (line: string) => void): void {
  if (from === null) return;
  const earlier = new EarlierExport(from);
  const count = parts.reduce((sum, part) => {
    const plan = new PartPlan(part);
    return sum + earlier.takeOver(plan.trained().tuning) + earlier.takeOver(plan.trained().results);
  }, 0);
  print(`${count} finished runs are taken over from ${from}`);
}

function partsOf(config: PaperConfig): ListedPart[] {
  const names = [...new Set([...config.parts, ...config.only])];
  return listedParts(names, { dataDir: config.dataDir, runsDir: config.runsDir, force: config.force }, config.short);
}

async function writeResults(config: PaperConfig, listed: readonly (ListedPart & { readonly dataset: ImageDataset })[], { name, preset, print }: ExperimentContext): Promise<void> {
  const parts = listed.map((part) => {
    const trained = trainedSoFar(part);
    return { part: part.part, section: part.section, subject: reportSubject(part, trained), tasks: trained.results, tuning: exportedTries(trained.tuning) };
  });
  const folder = path.join(config.runsDir, 'paper', 'report');
  await writePaperReport(folder, parts, describeEnvironment({ tensorflow: tf.tensorflowVersion() }));
  print(`\n${textTable(overviewTable(parts))}`);
  print(`\nreport: ${path.join(folder, 'report.html')}\nwhat the paper claims, what we find: ${path.join(folder, CLAIMS, 'report.html')}`);
  if (config.resultsDir !== null) {
    // Of a part, and of none that was taken over: the file says how its runs are made, whatever command happens to export it.
    const command = (part: PartName) => repeatCommand(name, paperOptions, { ...config, only: [part], from: null }, preset);
    exportResults(config.resultsDir, folder, parts.map((part) => ({ ...part, name: part.section, command: command(part.part), runs: part.tasks.map(exportedRun) })), [CLAIMS]);
    print(`exported to ${config.resultsDir}`);
  }
}

/** The images of each family, once. */
async function datasetsOf(parts: readonly ListedPart[], print: (line: string) => void): Promise<ReadonlyMap<string, ImageDataset>> {
  const datasets = new Map<string, ImageDataset>();
  for (const { subject, config } of parts) if (!datasets.has(subject.family)) datasets.set(subject.family, await loadDataset(subject, config, print));
  return datasets;
}

/** What is to be done, and how long it may take: by the guesses that the remaining time starts from. */
function planTable(plans: readonly PartPlan[], parts: readonly ListedPart[]) {
  const hours = (plan: PartPlan) => plan.open().reduce((sum, run) => sum + (run.steps * run.expectedStepMs) / run.lanes, 0) / 3.6e6;
  return {
    header: ['part', 'experiment', 'runs', 'open', 'side by side', 'hours at most (a guess)'],
    rows: plans.map((plan, i) => [parts[i]?.section ?? '', plan.part.subject.experiment, String(plan.listed().length), String(plan.open().length), String(plan.lanes), hours(plan).toFixed(1)]),
  };
}
