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
import { armsOf } from './arms';
import { makeBatches } from './batches';
import { copiesOfOurs, measureModel, type ModelResult } from './measure_model';
import type { ModelName } from './models';
import type { BenchStepsConfig } from './options';
import { profileModel, profileTable, type StepProfile } from './profile';
import { startArms, startNode, stopArms } from './processes';
import type { SharedFiles, StepRequest, StepSubject, Versions } from './protocol';
import { stepPages, type StepsSubject } from './report';
import { goalTable, lossTable, stepTable } from './tables';

/** A model's figures with the versions of what it ran on. */
type Measured = ModelResult & { readonly model: ModelName; readonly versions: Versions; readonly spread: readonly number[]; readonly profiles: readonly StepProfile[] };
type Copies = Awaited<ReturnType<typeof copiesOfOurs>>;

/** Measures the steps of every model, and reports. */
export async function runBenchSteps(config: BenchStepsConfig, context: ExperimentContext): Promise<void> {
  const results: Measured[] = [];
  for (const model of config.models) {
    const result = await withSharedFiles(config, model, (subject, copies) => measureProcesses(config, subject, copies, context));
    context.print(`\n${textTable(lossTable(model, result.losses, result.spread))}`);
    context.print(`\n${textTable(stepTable(result.rows))}\n`);
    if (result.profiles.length > 0) context.print(`${textTable(profileTable(model, result.profiles))}\n`);
    results.push(result);
  }
  const versions = Object.assign({}, ...results.map((result) => result.versions)) as Versions;
  const rows = results.flatMap((result) => result.rows);
  const found = results.flatMap(({ model, losses, spread }) => disagreements(losses, spread).map((text) => `${model}: ${text}`));
  await report({ config, command: context.command, environment: describeEnvironment(versions), rows, losses: results, disagreements: found }, context);
}

async function measureProcesses(config: BenchStepsConfig, subject: StepSubject, copies: Copies, context: ExperimentContext): Promise<Measured> {
  const { model } = subject;
  const pause = () => {
    const signal = context.interrupted();
    if (signal) throw new Interrupted(signal, `interrupted; a model's figures are taken in one run, so ${model} is measured anew next time`);
  };
  pause();
  const arms = armsOf(model, config.peers);
  context.print(`${model}: ${arms.join(', ')}`);
  const processes = await startArms(arms, config.threads, context.print);
  try {
    const result = await measureModel(subject, processes, { ...config, pause });
    const profiles = config.profile ? await profileModel(subject, arms, config.threads, context.print) : [];
    const ours = result.losses.find(({ arm }) => arm === 'ours')?.loss ?? [];
    return { ...result, model, profiles, spread: lossSpread(ours, copies), versions: Object.assign({}, ...processes.map(({ versions }) => versions)) as Versions };
  } finally {
    await stopArms(processes);
  }
}

/** Network, initial weights and batches as files, for as long as `measure` takes; and what rounding does to the losses. */
async function withSharedFiles<Result>(config: BenchStepsConfig, model: ModelName, measure: (subject: StepSubject, copies: Copies) => Promise<Result>): Promise<Result> {
  const { batchSize, learningRate, momentum, seed, threads } = config;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-steps-'));
  try {
    const files: SharedFiles = { network: path.join(folder, 'network.json'), weights: path.join(folder, 'weights.safetensors'), batches: path.join(folder, 'batches.safetensors') };
    writeFileAtomic(files.batches, encodeArrays(makeBatches(batchSize, seed)));
    const subject: StepSubject = { model, seed, learningRate, momentum, files };
    const exporter = startNode('export', threads);
    let copies: Copies = [];
    try {
      const request: StepRequest = { kind: 'export', model, seed, files };
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
  const goals = goalTable(rows);
  if (goals.rows.length > 0) context.print(textTable(goals));
  for (const text of subject.disagreements) context.print(`arms disagree: ${text}`);
  const target = path.join(config.runsDir, context.name, 'report');
  await writePages(target, stepPages(subject));
  const json = `${JSON.stringify({ command: subject.command, environment, config, disagreements: subject.disagreements, losses: subject.losses.map(({ model, losses, spread, profiles }) => ({ model, losses, spread, ...(profiles.length > 0 ? { profiles } : {}) })), rows }, null, 1)}\n`;
  const files = [path.join(target, 'rows.json'), ...(config.json === null ? [] : [config.json])];
  for (const file of files) {
    makeDirectory(path.dirname(path.resolve(file)));
    writeFileAtomic(file, json);
  }
  context.print(`\nreport: ${path.join(target, 'report.html')} (also report.md, figures/, rows.csv, ${files.join(', ')})`);
}
