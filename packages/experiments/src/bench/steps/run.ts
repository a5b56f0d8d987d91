import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ExperimentContext } from '../../experiment';
import { writePages } from '../../report/pages';
import { textTable } from '../../report/table';
import { makeDirectory, writeFileAtomic } from '../../runs/atomic';
import { describeEnvironment } from '../../runs/environment';
import { Interrupted } from '../../runs/interrupt';
import { encodeArrays } from '../../runs/safetensors';
import { disagreements, lossSpread } from './agreement';
import { armsOf, refusal } from './arms';
import { makeBatches } from './batches';
import { copiesOfOurs, measureModel, type ModelResult } from './measure_model';
import { hasApl, networkTitle, type NetworkName } from './models';
import type { BenchStepsConfig } from './options';
import { profileModel, profileTable, type StepProfile } from './profile';
import { startArms, startNode, stopArms } from './processes';
import type { SharedFiles, StepRequest, StepSubject, Versions } from './protocol';
import { stepPages, type StepsSubject } from './report';
import { goalTable, lossTable, reluTable, stepTable } from './tables';

/** A network's figures with the versions of what it ran on. */
type Measured = ModelResult & NetworkName & { readonly versions: Versions; readonly spread: readonly number[]; readonly profiles: readonly StepProfile[] };
type Copies = Awaited<ReturnType<typeof copiesOfOurs>>;

/** Measures the steps of every model, and reports. */
export async function runBenchSteps(config: BenchStepsConfig, context: ExperimentContext): Promise<void> {
  const results: Measured[] = [];
  for (const network of networksOf(config)) {
    const result = await withSharedFiles(config, network, (subject, copies) => measureProcesses(config, subject, copies, context));
    context.print(`\n${textTable(lossTable(networkTitle(network), result.losses, result.spread))}`);
    context.print(`\n${textTable(stepTable(result.rows))}\n`);
    if (result.profiles.length > 0) context.print(`${textTable(profileTable(networkTitle(network), result.profiles))}\n`);
    results.push(result);
  }
  const versions = Object.assign({}, ...results.map((result) => result.versions)) as Versions;
  const rows = results.flatMap((result) => result.rows);
  const found = results.flatMap((result) => disagreements(result.losses, result.spread).map((text) => `${networkTitle(result)}: ${text}`));
  await report({ config, command: context.command, environment: describeEnvironment(versions), rows, losses: results, disagreements: found }, context);
}

/** Every network, those with APL once for each number of hinges. */
function networksOf({ models, segments }: BenchStepsConfig): readonly NetworkName[] {
  return models.flatMap((model): NetworkName[] => (hasApl(model) ? segments.map((count) => ({ model, segments: count })) : [{ model, segments: null }]));
}

async function measureProcesses(config: BenchStepsConfig, subject: StepSubject, copies: Copies, context: ExperimentContext): Promise<Measured> {
  const { model, segments } = subject;
  const pause = () => {
    const signal = context.interrupted();
    if (signal) throw new Interrupted(signal, `interrupted; a model's figures are taken in one run, so ${networkTitle(subject)} is measured anew next time`);
  };
  pause();
  const arms = armsOf(model, config.peers);
  for (const peer of config.peers) {
    const reason = refusal(model, peer);
    if (reason !== undefined) context.print(`${networkTitle(subject)}: without ${peer}: ${reason}`);
  }
  context.print(`${networkTitle(subject)}: ${arms.join(', ')}`);
  const processes = await startArms(arms, config.threads, context.print);
  try {
    const result = await measureModel(subject, processes, { ...config, pause });
    const profiles = config.profile ? await profileModel(subject, arms, config.threads, context.print) : [];
    const ours = result.losses.find(({ arm }) => arm === 'ours')?.loss ?? [];
    return { ...result, model, segments, profiles, spread: lossSpread(ours, copies), versions: Object.assign({}, ...processes.map(({ versions }) => versions)) as Versions };
  } finally {
    await stopArms(processes);
  }
}

/** Network, initial weights and batches as files, for as long as `measure` takes; and what rounding does to the losses. */
async function withSharedFiles<Result>(config: BenchStepsConfig, network: NetworkName, measure: (subject: StepSubject, copies: Copies) => Promise<Result>): Promise<Result> {
  const { batchSize, tokens, learningRate, momentum, seed, threads } = config;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-steps-'));
  try {
    const files: SharedFiles = { network: path.join(folder, 'network.json'), weights: path.join(folder, 'weights.safetensors'), batches: path.join(folder, 'batches.safetensors') };
    writeFileAtomic(files.batches, encodeArrays(makeBatches(network.model, { batchSize, tokens }, seed)));
    const subject: StepSubject = { ...network, seed, learningRate, momentum, files };
    const exporter = startNode('export', threads);
    let copies: Copies = [];
    try {
      const request: StepRequest = { kind: 'export', network, seed, files };
      await exporter.request({ ...request });
      copies = await copiesOfOurs(exporter, subject);
    } finally {
      await exporter.stop();
    }
    return await measure(subject, copies);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function report(subject: StepsSubject, context: ExperimentContext): Promise<void> {
  const { config, environment, rows } = subject;
  const relu = reluTable(rows);
  if (relu.rows.length > 0) context.print(`${textTable(relu)}\n`);
  const goals = goalTable(rows);
  if (goals.rows.length > 0) context.print(textTable(goals));
  for (const text of subject.disagreements) context.print(`arms disagree: ${text}`);
  const target = path.join(config.runsDir, context.name, 'report');
  await writePages(target, stepPages(subject));
  const json = `${JSON.stringify({ command: subject.command, environment, config, disagreements: subject.disagreements, losses: subject.losses.map(({ model, segments, losses, spread, profiles }) => ({ model, segments, losses, spread, ...(profiles.length > 0 ? { profiles } : {}) })), rows }, null, 1)}\n`;
  const files = [path.join(target, 'rows.json'), ...(config.json === null ? [] : [config.json])];
  for (const file of files) {
    makeDirectory(path.dirname(path.resolve(file)));
    writeFileAtomic(file, json);
  }
  context.print(`\nreport: ${path.join(target, 'report.html')} (also report.md, figures/, rows.csv, ${files.join(', ')})`);
}
