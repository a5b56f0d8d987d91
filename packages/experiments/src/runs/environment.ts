import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
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

/** The processor's name, and family and model where Linux tells them: a virtual machine may name every generation alike. */
export function processor(): string {
  const name = os.cpus()[0]?.model ?? 'unknown';
  let described: string;
  try {
    described = fs.readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return name;
  }
  const [family, model] = ['cpu family', 'model'].map((key) => new RegExp(`^${key}\\s*: (\\d+)$`, 'm').exec(described)?.[1]);
  return family === undefined || model === undefined ? name : `${name} (family ${family}, model ${model})`;
}

/** Where and with what a run was made. */
export function describeEnvironment(more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    startedAt: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    cpu: processor(),
    cores: os.availableParallelism(),
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    ...more,
  };
}
