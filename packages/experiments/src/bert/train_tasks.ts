import * as fs from 'node:fs';
import * as path from 'node:path';
import { messageOf } from '../config/errors';
import type { ExperimentContext } from '../experiment';
import { Interrupted } from '../runs/interrupt';
import { LocalExecutor, runList, type Executor } from '../runs/list';
import { ListMeter } from '../runs/list_meter';
import { ProcessPool } from '../runs/pool';
import { lanesOf, threadEnvironment } from '../threads';
import type { BertRunConfig } from './config';
import { executeBertRun } from './execute';
import { keptModel } from './kept_model';
import { bertFolder, listedTask, type BertTask } from './plan';
import type { TextCache } from './text_cache';

/**
 * Trains the runs that are not finished. Finished ones are skipped, interrupted ones go on.
 * @throws Interrupted once everything has stopped with a checkpoint
 */
export async function trainTasks(tasks: readonly BertTask[], config: BertRunConfig, cache: TextCache, { print, interrupted, command }: ExperimentContext): Promise<void> {
  for (const task of tasks) if (config.force || lacksModel(task)) fs.rmSync(bertFolder(task).folder, { recursive: true, force: true });
  const open = tasks.filter((task) => bertFolder(task).status() !== 'done').map(listedTask);
  if (open.length < tasks.length) print(`${tasks.length - open.length} of ${tasks.length} runs are finished already (--force trains them again)`);
  const meter = new ListMeter(open, print);
  const executor = executorOf(config, cache, interrupted);
  try {
    await runList(open, executor, meter);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `${messageOf(error)}\nto go on from there: ${command}`);
  } finally {
    await executor.close();
    meter.stop();
  }
}

/** Whether a finished run did not keep the model that is wanted of it now. */
function lacksModel(task: BertTask): boolean {
  const folder = bertFolder(task);
  return task.config.keepModel && folder.status() === 'done' && !fs.existsSync(keptModel(folder.folder));
}

function executorOf(config: BertRunConfig, cache: TextCache, interrupted: () => NodeJS.Signals | undefined): Executor<BertTask> {
  if (config.processes === 1) return new LocalExecutor<BertTask>((task, listener, stop) => executeBertRun(task, cache, listener, stop), interrupted);
  const worker = path.join(__dirname, `worker${path.extname(__filename)}`);
  return new ProcessPool<BertTask>(worker, lanesOf(config), threadEnvironment(config.threads), interrupted);
}
