import { spawnSync } from 'node:child_process';
import { ToolError, UsageError } from '../../config/errors';

/** A command of a cluster should answer within this time. */
const TIMEOUT_MS = 120_000;
/** A line for each of a hundred thousand tasks. */
const LARGEST_ANSWER = 2 ** 28;

/**
 * Calls a command of a cluster, without a shell.
 * @returns its standard output
 * @throws UsageError where it is not installed
 * @throws ToolError with what it said, where it failed
 */
export function callTool(program: string, argv: readonly string[], input = ''): string {
  const { error, status, signal, stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8', env: process.env, input, timeout: TIMEOUT_MS, maxBuffer: LARGEST_ANSWER });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') throw new UsageError(`executor: ${program} was not found here; --printOnly prints what it would be given`);
  if (code === 'ETIMEDOUT') throw new ToolError(`${program}: no answer within ${TIMEOUT_MS / 1000} s`);
  if (error) throw new ToolError(`${program}: ${error.message}`);
  if (status !== 0) throw new ToolError(`${program}: ${stderr.trim() || stdout.trim() || `ended with ${signal ?? `exit code ${status}`}`}`);
  return stdout;
}
