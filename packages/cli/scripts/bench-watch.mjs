// `nx run cli:bench-watch`: the page of `activations watch` over many runs that were never trained, in headless Chromium.
// RUNS (5000) of EPOCHS (50) lines each, of which RUNNING (8) go on.
/* global document, requestAnimationFrame, Event -- of the page */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processor } from '@cuda-activations/experiments';
import { createJiti } from 'jiti';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { appendEpoch, writeRun } = await createJiti(import.meta.url).import('../src/testing/fake_runs.ts');
const [RUNS, EPOCHS, RUNNING] = [Number(process.env.RUNS ?? 5000), Number(process.env.EPOCHS ?? 50), Number(process.env.RUNNING ?? 8)];
const executablePath = chromiumPath();
if (!executablePath) throw new Error('bench-watch: no Chromium; on Debian: apt-get install chromium, elsewhere set CHROMIUM');

const folder = mkdtempSync(join(tmpdir(), 'bench-watch-'));
const runsDir = join(folder, 'runs');
const going = [];
for (let i = 0; i < RUNS; i++) {
  const running = i < RUNNING;
  const run = writeRun(runsDir, `experiment-${i % 10}`, `synthetic-relu-adam-seed${i}-${String(i).padStart(10, '0')}`, { state: running ? 'running' : i % 50 === 49 ? 'interrupted' : 'done', epochs: 2 * EPOCHS, complete: EPOCHS, seed: i });
  if (running) going.push(run);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const said = (name, value) => { console.log(`${name.padEnd(64)} ${value}`); };
/** Seconds that a process has computed, and megabytes that it holds. */
const costOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, megabytes: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024 };
};

const server = spawn(process.execPath, [join(root, 'bin/activations.js'), 'watch', '--json', `--runsDir=${runsDir}`, `--sweepsDir=${join(folder, 'sweeps')}`], { stdio: ['ignore', 'pipe', 'inherit'] });
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  const { url } = JSON.parse(String((await server.stdout.take(1).toArray())[0]));
  const listening = performance.now();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const running = page.locator('#states button[data-state="running"] b');
  const listed = (count) => page.waitForFunction((rows) => document.getElementById('grid')?.getAttribute('aria-rowcount') === String(rows + 1), count);
  const loads = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    await page.goto(url);
    await listed(RUNS);
    loads.push(performance.now() - (i === 0 ? listening : start));
  }
  said('machine', `${availableParallelism()} cores of ${processor()}, shared with other work`);
  said('runs, lines of metrics each, runs that go on', `${RUNS}, ${EPOCHS}, ${RUNNING}`);
  said('all rows on the page after the server began to read', `${Math.round(loads[0])} ms`);
  said('the same after a reload, median of 4', `${Math.round(median(loads.slice(1)))} ms`);
  const bytes = await page.evaluate(async () => {
    const reader = (await fetch('events')).body.getReader();
    let size = 0;
    for (;;) {
      const next = await Promise.race([reader.read(), new Promise((resolve) => { setTimeout(resolve, 500); })]);
      if (!next?.value) break;
      size += next.value.length;
    }
    await reader.cancel();
    return size;
  });
  said('a snapshot of all rows', `${(bytes / 1e6).toFixed(2)} MB`);
  said('elements of the page', String(await page.evaluate(() => document.querySelectorAll('*').length)));

  const frames = await page.evaluate(async () => {
    const grid = document.getElementById('grid');
    const times = [];
    let last = performance.now();
    for (let i = 0; i < 120; i++) {
      grid.scrollTop = (i / 120) * grid.scrollHeight;
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times;
  });
  said('a frame while the whole list is scrolled by, median / longest', `${median(frames).toFixed(1)} / ${Math.max(...frames).toFixed(1)} ms`);
  const filtered = await page.evaluate(async () => {
    const times = [];
    const input = document.getElementById('filter');
    for (const text of ['s', 'se', 'seed4', 'seed42', '']) {
      const start = performance.now();
      input.value = text;
      input.dispatchEvent(new Event('input'));
      await new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve); }); });
      times.push(performance.now() - start);
    }
    return times;
  });
  said('a letter of the filter until the list is drawn, median / longest', `${median(filtered).toFixed(1)} / ${Math.max(...filtered).toFixed(1)} ms`);

  await page.locator('#states button[data-state="running"]').click();
  await listed(RUNNING);
  const delays = [];
  for (let epoch = EPOCHS + 1; epoch <= EPOCHS + 10; epoch++) {
    const start = performance.now();
    appendEpoch(going[0], epoch);
    await page.getByText(`${epoch}/${2 * EPOCHS}`, { exact: true }).first().waitFor();
    delays.push(performance.now() - start);
    await sleep(700);
  }
  said('a line of metrics until the page shows it, median / longest of 10', `${Math.round(median(delays))} / ${Math.round(Math.max(...delays))} ms`);

  const before = costOf(server.pid);
  await sleep(20_000);
  const after = costOf(server.pid);
  said('the server meanwhile: part of a core over 20 s', `${(5 * (after.seconds - before.seconds)).toFixed(1)} %`);
  said('the server holds', `${Math.round(after.megabytes)} MB`);
  said('heap of the page', `${Math.round((await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1e6)} MB`);
  if ((await running.textContent()) !== String(RUNNING)) throw new Error('bench-watch: the page has lost runs');
  const end = performance.now();
  server.kill('SIGINT');
  await new Promise((resolve) => { server.once('exit', resolve); });
  said('Ctrl-C until the server is gone, with an open stream', `${Math.round(performance.now() - end)} ms`);
} finally {
  server.kill('SIGKILL');
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
