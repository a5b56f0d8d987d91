import { UsageError } from '../../../config/errors';

/** What a job asks Slurm for; null: what the cluster gives. */
export interface SlurmOptions {
  readonly partition: string | null;
  readonly account: string | null;
  /** `minutes`, `hours:minutes:seconds`, `days-hours`. */
  readonly time: string | null;
  /** Megabytes of a task. */
  readonly memory: number | null;
  readonly cpus: number | null;
  readonly gres: string | null;
  /** Tasks at a time, at most. */
  readonly maxRunning: number | null;
  /** A line of shell that makes node known: `module load nodejs`. */
  readonly prelude: string | null;
  /** Seconds before the time limit at which a run writes its checkpoint. */
  readonly grace: number;
  /** Further options of sbatch. */
  readonly sbatch: string | null;
}

/** A word that sbatch reads as it stands in a `#SBATCH` line. */
export const SLURM_WORD = /^[\w.,:@/=+*()[\]-]+$/;
/** Times as sbatch takes them. */
export const SLURM_TIME = /^(\d+(:\d{1,2}){0,2}|\d+-\d{1,2}(:\d{1,2}){0,2})$/;

/** Options that a sweep sets itself. */
const OWN = ['array', 'clusters', 'output', 'error', 'job-name', 'requeue', 'no-requeue', 'signal', 'open-mode', 'nodes', 'ntasks', 'dependency', 'parsable', 'wrap'];

/** The further options, one by one. @throws UsageError for what is none, or is the sweep's own to set */
export function sbatchOptions(text: string | null): string[] {
  const options = (text ?? '').split(/\s+/).filter((option) => option !== '');
  for (const option of options) {
    const [, name = ''] = /^--([a-z][a-z-]*)(?:=.+)?$/.exec(option) ?? [];
    if (name === '' || !SLURM_WORD.test(option)) throw new UsageError(`sbatch: expected options such as --qos=long, separated by blanks, got "${option}"`);
    if (OWN.includes(name)) throw new UsageError(`sbatch: --${name} is set by the sweep`);
  }
  return options;
}

/** Seconds of a time limit. */
export function secondsOf(time: string): number {
  const [, days, rest = ''] = /^(?:(\d+)-)?(.*)$/.exec(time) ?? [];
  const [a = 0, b = 0, c = 0] = rest.split(':').map(Number);
  if (days !== undefined) return Number(days) * 86_400 + a * 3600 + b * 60 + c;
  return rest.split(':').length === 3 ? a * 3600 + b * 60 + c : a * 60 + b;
}

/** @throws UsageError where the time limit leaves no time to train */
export function requireTime({ time, grace }: Pick<SlurmOptions, 'time' | 'grace'>): void {
  // Slurm looks at limits once in half a minute and may signal a minute early.
  if (time !== null && secondsOf(time) < grace + 60 && secondsOf(time) > 0) throw new UsageError(`time: expected at least a minute more than --grace (${grace} s), got ${time}`);
}
