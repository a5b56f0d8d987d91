import { describeValues, duration, EXIT, SweepFolder, sweepStatus, type SweepStatus } from '@cuda-activations/experiments';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { printJson, styled, type Io } from '../command/io';
import { SWEEP_FOLDER } from './sweep_submit';

function print(status: SweepStatus, lines: number, io: Io): void {
  const { name, experiment, items, done, failed, running, waiting, cancelled, leftSeconds, etaSeconds, runningItems, failures } = status;
  io.print(`${name} (${experiment}): ${done} of ${items} done, ${running} running, ${waiting} waiting, ${failed === 0 ? '0 failed' : styled(io, 'red', `${failed} failed`)}${cancelled ? ', cancelled' : ''}`);
  if (leftSeconds !== null && done < items) io.print(etaSeconds === null ? `about ${duration(leftSeconds)} of one process left` : `about ${duration(etaSeconds)} left`);
  for (const { index, pid, host } of runningItems) io.print(`  item ${index}: process ${pid} on ${host}`);
  for (const failure of failures) {
    io.print(`  item ${failure.index} failed (${failure.end}): ${describeValues(failure.values)}`);
    for (const line of failure.lines.slice(-lines)) io.print(`    ${line}`);
  }
  if (failed > failures.length) io.print(`  and ${failed - failures.length} more that failed`);
}

export const sweepStatusCommand = defineCommand({
  name: 'sweep status',
  summary: 'how far a sweep is: counts, remaining time, failed items with their last lines',
  details: 'Read from the folder alone, on any machine that sees it.',
  arguments: [SWEEP_FOLDER],
  options: {
    failures: z.int().min(0).default(20).describe('failed items to show at most'),
    lines: z.int().min(0).max(20).default(5).describe('last lines of each'),
    json: COMMON.json,
  },
  examples: [
    { line: 'sweep status sweeps/activations', says: 'for people' },
    { line: 'sweep status sweeps/activations --json', says: 'for programs' },
  ],
  run: ({ arguments: [folder = ''], options: { failures, lines, json }, io }) => {
    const status = sweepStatus(new SweepFolder(folder), failures);
    if (json) printJson(io, status);
    else print(status, lines, io);
    return EXIT.done;
  },
});
