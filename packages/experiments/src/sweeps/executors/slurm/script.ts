import { EXIT } from '../../../exit_codes';
import { threadEnvironment } from '../../../threads';
import type { SweepFolder } from '../../sweep_folder';
import { shellQuoted, taskCommand, type Work } from '../executor';
import { sbatchOptions, type SlurmOptions } from './options';

/** A task that is requeued more often makes no progress within its time limit. */
const MOST_RESTARTS = 1000;

/** The name of a sweep's jobs. */
export function jobName({ sweep }: SweepFolder): string {
  return `activations.${sweep.name}`;
}

/**
 * The batch script of every array of a sweep. Its argument is the item of array index 0.
 *
 * `--signal` comes as SIGUSR1 to this script alone: it stops the run with a checkpoint, and the task takes its turn in the queue again.
 * SIGTERM, which scancel sends to all processes of the task, ends it for good.
 */
export function batchScript(work: Work, options: SlurmOptions): string {
  const { folder } = work;
  const { partition, account, time, memory, cpus, gres, prelude, grace } = options;
  const lines = [
    `--job-name=${jobName(folder)}`,
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${cpus ?? work.threads}`,
    ...(memory === null ? [] : [`--mem=${memory}M`]),
    ...(gres === null ? [] : [`--gres=${gres}`]),
    ...(partition === null ? [] : [`--partition=${partition}`]),
    ...(account === null ? [] : [`--account=${account}`]),
    ...(time === null ? [] : [`--time=${time}`]),
    ...sbatchOptions(options.sbatch),
    '--requeue',
    '--open-mode=append',
    `--signal=B:USR1@${grace}`,
  ];
  const environment = Object.entries(threadEnvironment(work.threads)).map(([name, value]) => `export ${name}=${value}`);
  const command = `${taskCommand(work, '').slice(0, -1).map(shellQuoted).join(' ')} --index="$((SLURM_ARRAY_TASK_ID + $1))"`;
  return `#!/bin/bash
${lines.map((line) => `#SBATCH ${line}`).join('\n')}

requeue=no
child=
trap 'requeue=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' USR1
trap : TERM
${prelude === null ? '' : `${prelude}\n`}${environment.map((line) => `${line}\n`).join('')}
${command} &
child=$!
[ "$requeue" = no ] || kill -TERM "$child"
# A signal ends a wait before the run has ended.
while kill -0 "$child" 2>/dev/null; do wait "$child"; done
wait "$child"
code=$?
if [ "$requeue" = yes ] && [ "$code" -eq ${EXIT.terminated} ] && [ ! -e ${shellQuoted(folder.cancelledFile)} ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${MOST_RESTARTS} ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
`;
}
