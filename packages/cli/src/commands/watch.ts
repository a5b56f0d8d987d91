import * as path from 'node:path';
import { EXIT, SweepFolder } from '@cuda-activations/experiments';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { printJson } from '../command/io';
import type { Watched } from '../watch/catalogue';
import { isLoopback } from '../watch/requests';
import { serveWatch } from '../watch/server';

/** What ends it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Waits for the first of the signals; a second one ends the process as it always does. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of SIGNALS) process.off(signal, stop);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
  });
}

/** @throws UsageError where one sweep is asked for that is none */
function watchedOf(runsDir: string, sweepsDir: string, sweep: string | null): Watched {
  if (sweep === null) return { runs: runsDir, sweepRoots: [sweepsDir, runsDir], sweeps: [] };
  const inside = new SweepFolder(path.join(sweepsDir, sweep));
  // Reading it says what is wrong with one that is none.
  const folder = inside.exists() ? inside : new SweepFolder(sweep);
  return { sweepRoots: [], sweeps: folder.sweep.items > 0 ? [folder.folder] : [] };
}

export const watchCommand = defineCommand({
  name: 'watch',
  summary: 'a page that shows runs and sweeps as they go: states, remaining time, curves',
  details: 'Serves it on this machine until Ctrl-C, and reads the folders alone: training need not know of it, and may run anywhere that shares them. See docs/watch.md.',
  options: {
    runsDir: COMMON.runsDir,
    sweepsDir: z.string().min(1).default('sweeps').describe('folder whose folders are sweeps'),
    sweep: z.string().min(1).nullable().default(null).describe('name or folder of one sweep to show alone'),
    host: z.string().min(1).default('127.0.0.1').describe('address to listen at; with any but this machine\'s own others can see the page if they know its address, which then has a random part'),
    port: z.int().min(0).max(65535).default(0).describe('port to listen at (0: one that is free)'),
    token: z.boolean().default(false).describe('a random part in the address here too, against other users of this machine'),
    json: COMMON.json,
  },
  examples: [
    { line: 'watch', says: 'runs/ and sweeps/, at an address that it prints', endless: true },
    { line: 'watch --sweep=activations --port=8080', says: 'one sweep, always at the same address', endless: true },
    { line: 'watch --json', says: 'the address for a program', endless: true },
  ],
  run: async ({ options: { runsDir, sweepsDir, sweep, host, port, token, json }, io }) => {
    const server = await serveWatch({ ...watchedOf(runsDir, sweepsDir, sweep), host, port, token, complain: (text) => { io.complain(`warning: ${text}`); } });
    const stopped = signalled();
    if (!isLoopback(host)) io.complain(`warning: other machines reach this page at ${host}; who has the whole address sees all runs. A tunnel (ssh -L) needs no --host`);
    if (json) printJson(io, { url: server.url, host, port: server.port, pid: process.pid });
    else io.print(`${server.url}\nCtrl-C ends it`);
    await stopped;
    await server.close();
    return EXIT.done;
  },
});
