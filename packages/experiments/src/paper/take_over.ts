import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { folderOf, type RunTask } from '../classification/execute';
import { UsageError } from '../config/errors';
import { readJsonObject } from '../runs/read_json';
import { stepsOf, type EpochMetrics } from '../train/trainer';

const numbers = z.array(z.number().nullable());
const evaluation = z.object({ loss: z.number().nullable(), accuracy: z.number(), f1: z.number() });
const exportedRunSchema = z.object({
  runId: z.string(),
  environment: z.number().int().nonnegative().optional(),
  // In the trainer's order, which is the parsed one's: an export of what was taken over is the same text.
  result: z.looseObject({
    test: evaluation.nullable(), epochs: z.number().int().positive(), bestEpoch: z.number(), bestValLoss: z.number().nullable(), stoppedEarly: z.boolean(), seconds: z.number(), processorSeconds: z.number(),
  }),
  epochs: z.record(z.string(), numbers),
  gradientNorms: z.record(z.string(), numbers).default({}),
});
/** What `exportResults` writes of a part, as far as a run's folder needs it. */
const exportedPartSchema = z.object({
  about: z.object({ environments: z.array(z.record(z.string(), z.unknown())) }),
  runs: z.array(exportedRunSchema),
  tuning: z.array(exportedRunSchema).default([]),
});

type KeptRun = z.output<typeof exportedRunSchema> & { readonly machine: Readonly<Record<string, unknown>> };

/** The finished runs of an earlier export, by id: with them a study goes on on another machine, where the folders of its runs are not. */
export class EarlierExport {
  readonly #runs: ReadonlyMap<string, KeptRun>;

  /**
   * @param folder that `--resultsDir` wrote
   * @throws UsageError where it holds no export, or a damaged one
   */
  constructor(folder: string) {
    const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    if (files.length === 0) throw new UsageError(`from: ${folder} holds no export: expected JSON files that --resultsDir wrote`);
    this.#runs = new Map(files.flatMap((name) => readPart(path.join(folder, name)).map((run) => [run.runId, run] as const)));
  }

  /**
   * Makes the folders of those runs that the export has and this machine has not, neither finished nor begun. Their numbers are the
   * export's, which rounds them, and holds gradient norms of the plotted weights alone.
   * @returns how many
   */
  takeOver(tasks: readonly RunTask[]): number {
    return tasks.filter((task) => {
      const run = this.#runs.get(task.plan.id);
      if (run === undefined || folderOf(task).status() !== 'new') return false;
      write(task, run);
      return true;
    }).length;
  }
}

function readPart(file: string): KeptRun[] {
  const parsed = exportedPartSchema.safeParse(readJsonObject(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`from: ${file}: not an export of runs: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { about, runs, tuning } = parsed.data;
  return [...runs, ...tuning].map((run) => ({ ...run, machine: about.environments[run.environment ?? -1] ?? {} }));
}

function write(task: RunTask, { result, epochs, gradientNorms, machine }: KeptRun): void {
  const folder = folderOf(task);
  const unlock = folder.open(task.plan.identity, machine);
  try {
    folder.truncateMetrics(0);
    const steps = stepsOf(task.trainCount, task.config);
    (epochs['epoch'] ?? []).forEach((_, i) => {
      const line = Object.fromEntries(Object.entries(epochs).map(([field, values]) => [field, values[i] ?? null]));
      const norms = Object.entries(gradientNorms).map(([weight, values]) => [weight, values[i] ?? null]);
      folder.appendMetrics({ ...line, steps, ...(norms.length > 0 && { gradientNorms: Object.fromEntries(norms) as EpochMetrics['gradientNorms'] }) });
    });
    folder.finish(result as never);
  } finally {
    unlock();
  }
}
