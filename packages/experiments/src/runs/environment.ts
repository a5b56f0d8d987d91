import { execFileSync } from 'node:child_process';
import * as os from 'node:os';

/** The commit that is checked out; null outside a git checkout, `+` where files differ from it. */
function commit(): string | null {
  const git = (...command: string[]) => execFileSync('git', command, { cwd: __dirname, stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim();
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+');
  } catch {
    return null;
  }
}

/** Where and with what a run was made. */
export function describeEnvironment(more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const [cpu] = os.cpus();
  return {
    startedAt: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    cpu: cpu?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    ...more,
  };
}
