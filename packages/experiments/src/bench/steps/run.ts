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
import { disagreements } from './agreement';
import { armsOf } from './arms';
import { makeBatches } from './batches';
import { measureModel, type ModelResult } from './measure_model';
import type { ModelName } from './models';
import type { BenchStepsConfig } from './options';
import { startArms, startNode, stopArms } from './processes';
import type { SharedFiles, StepRequest, Versions } from './protocol';
import { stepPages, type StepsSubject } from './report';
import { goalTable, lossTable, stepTable } from './tables';

/** A model's figures with the versions of what it ran on. */
type Measured = ModelResult & { readonly model: ModelName; readonly versions: Versions };

/** Measures the steps of every model, and reports. */
export async function runBenchSteps(config: BenchStepsConfig, context: ExperimentContext): Promise<void> {
  const results: Measured[] = [];
  for (const model of config.models) {
    const result = await withSharedFiles(config, model, (files) => measureProcesses(config, model, files, context));
    context.print(`\n${textTable(lossTable(model, result.losses))}`);
    context.print(`\n${textTable(stepTable(result.rows))}\n`);
    results.push(result);
  }
  const versions = Object.assign({}, ...results.map((result) => result.versions)) as Versions;
  const rows = results.flatMap((result) => result.rows);
  const found = results.flatMap(({ model, losses }) => disagreements(losses).map((text) => `${model}: ${text}`));
  await report({ config, command: context.command, environment: describeEnvironment(versions), rows, losses: results, disagreements: found }, context);
}

async function measureProcesses(config: BenchStepsConfig, model: ModelName, files: SharedFiles, context: ExperimentContext): Promise<Measured> {
  const { learningRate, momentum, seed } = config;
  const pause = () => {
    const signal = context.interrupted();
    if (signal) throw new Interrupted(signal, `interrupted; a model's figures are taken in one run, so ${model} is measured anew next time`);
  };
  pause();
  const arms = armsOf(model, config.peers);
  context.print(`${model}: ${arms.join(', ')}`);
  const processes = await startArms(arms, config.threads, context.print);
  try {
    const result = await measureModel({ model, seed, learningRate, momentum, files }, processes, { ...config, pause });
    return { ...result, model, versions: Object.assign({}, ...processes.map(({ versions }) => versions)) as Versions };
  } finally {
    await stopArms(processes);
  }
}

/** Network, initial weights and batches as files, for as long as `measure` takes. */
async function withSharedFiles<Result>({ seed, batchSize }: BenchStepsConfig, model: ModelName, measure: (files: SharedFiles) => Promise<Result>): Promise<Result> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-steps-'));
  try {
    const files: SharedFiles = { network: path.join(folder, 'network.json'), weights: path.join(folder, 'weights.safetensors'), batches: path.join(folder, 'batches.safetensors') };
    writeFileAtomic(files.batches, encodeArrays(makeBatches(batchSize, seed)));
    const exporter = startNode('export', 0);
    try {
      const request: StepRequest = { kind: 'export', model, seed, files };
      await exporter.request({ ...request });
    } finally {
      await exporter.stop();
    }
    return await measure(files);
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
  const json = `${JSON.stringify({ command: subject.command, environment, config, disagreements: subject.disagreements, losses: subject.losses.map(({ model, losses }) => ({ model, losses })), rows }, null, 1)}\n`;
  const files = [path.join(target, 'rows.json'), ...(config.json === null ? [] : [config.json])];
  for (const file of files) {
    makeDirectory(path.dirname(path.resolve(file)));
    writeFileAtomic(file, json);
  }
  context.print(`\nreport: ${path.join(target, 'report.html')} (also report.md, figures/, rows.csv, ${files.join(', ')})`);
}
