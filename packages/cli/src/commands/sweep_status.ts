import { describeValues, duration, EXIT, queueReports, SweepFolder, sweepStatus, type QueueReport, type SweepStatus } from '@cuda-activations/experiments';
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

function printQueue({ executor, jobs, queued, running, reasons, lost, problem }: QueueReport, shown: number, lines: number, io: Io): void {
  if (problem !== null) {
    io.print(`${executor}: ${problem}`);
    return;
  }
  const why = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`).join(', ');
  io.print(`${executor}: ${jobs.length === 0 ? 'no job' : `job ${jobs.join(', ')}: ${queued} in the queue${why === '' ? '' : ` (${why})`}, ${running} running`}${lost.length === 0 ? '' : styled(io, 'red', `, ${lost.length} ended without a result (sweep submit hands them over again)`)}`);
  for (const task of lost.slice(0, shown)) {
    io.print(`  item ${task.index}: ${task.end}`);
    for (const line of task.lines.slice(-lines)) io.print(`    ${line}`);
  }
  if (lost.length > shown) io.print(`  and ${lost.length - shown} more`);
}

export const sweepStatusCommand = defineCommand({
  name: 'sweep status',
  summary: 'how far a sweep is: counts, remaining time, failed items with their last lines',
  details: "Read from the folder alone, on any machine that sees it; and from the queues of clusters that it was handed to (squeue, sacct, kubectl): what waits and why, and what ended without a result.",
  arguments: [SWEEP_FOLDER],
  options: {
    failures: z.int().min(0).default(20).describe('failed and lost items to show at most'),
    lines: z.int().min(0).max(20).default(5).describe('last lines of each'),
    json: COMMON.json,
  },
  examples: [
    { line: 'sweep status sweeps/activations', says: 'for people' },
    { line: 'sweep status sweeps/activations --json', says: 'for programs' },
  ],
  run: ({ arguments: [folder = ''], options: { failures, lines, json }, io }) => {
    const sweep = new SweepFolder(folder);
    const status = sweepStatus(sweep, failures);
    const queues = queueReports(sweep, failures);
    if (json) {
      printJson(io, { ...status, queues });
      return EXIT.done;
    }
    print(status, lines, io);
    for (const queue of queues) printQueue(queue, failures, lines, io);
    return EXIT.done;
  },
});
