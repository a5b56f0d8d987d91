import { spawn } from 'node:child_process';

/** What is read of the manifest of an Indexed Job. */
export interface IndexedJob {
  readonly spec: {
    readonly completions: number;
    readonly parallelism: number;
    readonly backoffLimitPerIndex: number;
    readonly podFailurePolicy: { readonly rules: readonly { readonly action: string; readonly onExitCodes?: { readonly values: readonly number[] } }[] };
    readonly template: {
      readonly spec: {
        readonly containers: readonly [{ readonly command: readonly string[]; readonly args: readonly string[]; readonly env: readonly { readonly name: string; readonly value: string }[]; readonly volumeMounts: readonly [{ readonly mountPath: string }] }];
      };
    };
  };
}

/** What became of the indices of a Job. */
export interface JobOutcome {
  readonly completedIndexes: readonly number[];
  readonly failedIndexes: readonly number[];
  /** Containers that were started. */
  readonly pods: number;
}

/**
 * Runs an Indexed Job as Kubernetes would, with processes of this machine for its containers: an environment of their own and
 * `JOB_COMPLETION_INDEX`; a failed one is started again unless the failure policy says that its index fails, or its backoff limit does.
 *
 * @param volume the folder that stands for the mounted volume
 */
export async function runIndexedJob({ spec }: IndexedJob, volume: string): Promise<JobOutcome> {
  const [{ command, args, env, volumeMounts: [{ mountPath }] }] = spec.template.spec.containers;
  const failing = spec.podFailurePolicy.rules.flatMap(({ action, onExitCodes }) => (action === 'FailIndex' ? onExitCodes?.values ?? [] : []));
  const [program = '', ...argv] = [...command, ...args].map((argument) => (argument.startsWith(`${mountPath}/`) ? volume + argument.slice(mountPath.length) : argument));
  const completedIndexes: number[] = [];
  const failedIndexes: number[] = [];
  let pods = 0;
  const pending = Array.from({ length: spec.completions }, (_, index) => index);
  const lane = async () => {
    for (let index = pending.shift(); index !== undefined; index = pending.shift()) {
      for (let failures = 0; ; failures++) {
        pods += 1;
        const environment = { ...Object.fromEntries(env.map(({ name, value }) => [name, value])), PATH: process.env['PATH'], HOME: process.env['HOME'], JOB_COMPLETION_INDEX: String(index) };
        const code = await new Promise<number | null>((resolve, reject) => spawn(program, argv, { env: environment, stdio: 'ignore' }).once('error', reject).once('close', resolve));
        if (code === 0) completedIndexes.push(index);
        else if (failing.includes(code ?? -1) || failures >= spec.backoffLimitPerIndex) failedIndexes.push(index);
        else continue;
        break;
      }
    }
  };
  await Promise.all(Array.from({ length: spec.parallelism }, lane));
  return { completedIndexes: completedIndexes.sort((a, b) => a - b), failedIndexes: failedIndexes.sort((a, b) => a - b), pods };
}
