import type { ReportRow } from '../../classification/report/rows';
import { finishedRun, type BertTask } from '../plan';

/** A run as reports show it; undefined for one that is not finished. */
export function rowOf(task: BertTask): ReportRow | undefined {
  const finished = finishedRun(task);
  if (!finished?.result.test) return undefined;
  const { result, metrics } = finished;
  return { runId: task.id, activation: task.activation, optimizer: task.config.optimizer, seed: task.seed, learningRate: task.config.learningRate, perturbation: 0, result: { ...result, test: finished.result.test }, metrics };
}
