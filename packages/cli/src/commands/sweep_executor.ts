import * as os from 'node:os';
import { IMAGE, KUBERNETES_NAME, KubernetesExecutor, LocalExecutor, MemoryGuard, SLURM_TIME, SLURM_WORD, SlurmExecutor, UsageError, type SweepExecutor } from '@cuda-activations/experiments';
import { z } from 'zod';

const MEGABYTE = 2 ** 20;

/** Text of a form, or none. */
const text = (pattern: RegExp, expected: string) =>
  z.string().refine((value) => pattern.test(value), { error: ({ input }) => `expected ${expected}, got ${JSON.stringify(input)}` }).nullable().default(null);
const word = text(SLURM_WORD, 'a word of Slurm without blanks and quotes');
const label = text(KUBERNETES_NAME, 'a name of small letters, digits and "-"');

/** Options by the executors that have them. */
const LOCAL = {
  processes: z.int().min(0).default(0).describe('local: runs at a time (0: as many as there are cores for their threads)'),
  memoryPerRun: z.number().min(0).default(0).describe('local: megabytes that a run needs (0: the largest peak that was measured)'),
  memoryReserve: z.number().min(0).default(512).describe('local: megabytes that stay free: no further run starts where they would be used, and one stops where half of them are'),
};
const CLUSTER = {
  maxRunning: z.int().min(1).nullable().default(null).describe('slurm, kubernetes: runs at a time'),
  memory: z.int().min(1).nullable().default(null).describe("slurm, kubernetes: megabytes of a run (none: the cluster's default)"),
  cpus: z.int().min(1).nullable().default(null).describe('slurm, kubernetes: processors of a run (none: its threads)'),
  grace: z.int().min(10).max(3600).default(120).describe('slurm, kubernetes: seconds that a run has for its checkpoint when its time is over'),
};
const SLURM = {
  partition: word.describe('slurm: partition'),
  account: word.describe('slurm: account'),
  time: text(SLURM_TIME, 'minutes, hours:minutes:seconds or days-hours').describe('slurm: time limit of a start; a run that reaches it is requeued and goes on from its checkpoint'),
  gres: word.describe('slurm: generic resources, such as gpu:1'),
  prelude: text(/^[^\n\r\0]+$/, 'one line').describe('slurm: a line of shell that comes before each run, such as "module load nodejs"'),
  sbatch: text(/\S/, 'options of sbatch').describe('slurm: further options of sbatch, separated by blanks'),
};
const KUBERNETES = {
  image: text(IMAGE, 'a reference to an image').describe('kubernetes: image of the runs, which holds the command'),
  command: z.array(z.string().min(1)).min(1).default(['activations']).describe('kubernetes: the command in the image, with its first arguments'),
  claim: label.describe("kubernetes: PersistentVolumeClaim that holds the sweep's folder"),
  claimPath: text(/^(?!.*(^|\/)\.\.?(\/|$))[\w.-]+(\/[\w.-]+)*$/, 'a relative path of letters, digits, "_", "." and "-"').describe("kubernetes: where the sweep's folder lies in the claim (none: the sweep's name)"),
  namespace: label.describe("kubernetes: namespace (none: kubectl's)"),
  localQueue: label.describe("kubernetes: Kueue's LocalQueue; the Job is created suspended and Kueue lets it begin"),
  gpus: z.int().min(0).default(0).describe('kubernetes: GPUs of a run (nvidia.com/gpu)'),
  retries: z.int().min(0).max(1000).default(3).describe('kubernetes: further starts of a run whose pod failed for another reason than the run'),
  user: z.int().min(0).nullable().default(null).describe("kubernetes: number of the user and group that own the folder (none: the image's)"),
};

/** The options of every executor. */
export const EXECUTOR_OPTIONS = {
  executor: z.enum(['local', 'slurm', 'kubernetes']).default('local').describe('where the runs go'),
  ...LOCAL,
  ...CLUSTER,
  ...SLURM,
  ...KUBERNETES,
};

export type ExecutorOptions = z.output<z.ZodObject<typeof EXECUTOR_OPTIONS>>;

const OWNERS = [
  { fields: LOCAL, executors: ['local'] },
  { fields: CLUSTER, executors: ['slurm', 'kubernetes'] },
  { fields: SLURM, executors: ['slurm'] },
  { fields: KUBERNETES, executors: ['kubernetes'] },
];

/**
 * The executor that options ask for.
 * @param sweep its name
 * @param threads of a run
 * @throws UsageError for options that it does not have, or that it lacks
 */
export function executorOf(options: ExecutorOptions, sweep: string, threads: number): SweepExecutor {
  refuseOthers(options);
  switch (options.executor) {
    case 'local': {
      const guard = new MemoryGuard(options.memoryPerRun * MEGABYTE, options.memoryReserve * MEGABYTE);
      return new LocalExecutor({ processes: options.processes || Math.max(1, Math.floor(os.availableParallelism() / threads)), guard });
    }
    case 'slurm':
      return new SlurmExecutor(options);
    case 'kubernetes': {
      const { image, claim } = options;
      if (image === null) throw new UsageError('image: expected the image of the runs, with --executor=kubernetes');
      if (claim === null) throw new UsageError("claim: expected the PersistentVolumeClaim that holds the sweep's folder, with --executor=kubernetes");
      return new KubernetesExecutor({ ...options, image, claim, claimPath: options.claimPath ?? sweep });
    }
  }
}

function refuseOthers(options: ExecutorOptions): void {
  for (const { fields, executors } of OWNERS) {
    if (executors.includes(options.executor)) continue;
    for (const [name, field] of Object.entries(fields)) {
      const value = options[name as keyof ExecutorOptions];
      if (JSON.stringify(value) !== JSON.stringify(field.parse(undefined))) throw new UsageError(`${name}: only with --executor=${executors.join(' or ')}`);
    }
  }
}
