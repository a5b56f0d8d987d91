// `nx run cli:screenshot`: docs/images/watch.png, from a real sweep with the quick preset on procedural images, some minutes long.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.mjs';

/* global document -- of the page */
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const image = join(root, '../../docs/images/watch.png');
const executablePath = chromiumPath();
if (!executablePath) throw new Error('screenshot: no Chromium; on Debian: apt-get install chromium, elsewhere set CHROMIUM');

const cwd = mkdtempSync(join(tmpdir(), 'screenshot-'));
const program = join(root, 'bin/activations.js');
const activations = (...argv) => execFileSync(process.execPath, [program, ...argv], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
const started = [];
const start = (...argv) => {
  const child = spawn(process.execPath, [program, ...argv], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return child;
};

const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  writeFileSync(join(cwd, 'mnist.json'), JSON.stringify({
    experiment: 'cnn-mnist',
    base: { dataset: 'synthetic', optimizers: ['adam'], epochs: 12, steps: 8, batchSize: 32, evaluationLimit: 128 },
    grid: { seeds: [1, 2], activations: ['relu', 'leaky_relu', 'elu', 'gelu', 'mish', 'sigmoid'] },
  }));
  activations('sweep', 'plan', 'mnist.json');
  activations('run', 'cnn-mnist', '--dataset=synthetic', '--activations=selu,tanh', '--optimizers=sgd', '--epochs=4', '--steps=4', '--batchSize=32', '--evaluationLimit=128', '--timingSteps=0', '--threads=1');
  start('sweep', 'submit', 'sweeps/mnist', '--processes=2').stdout.resume();
  const { url } = JSON.parse(String((await start('watch', '--json').stdout.take(1).toArray())[0]));
  const page = await browser.newPage({ viewport: { width: 1440, height: 700 }, colorScheme: 'light' });
  await page.goto(url);
  const count = (state) => page.evaluate((name) => Number(document.querySelector(`#states [data-state="${name}"] b`)?.textContent), state);
  const until = async (holds) => { while (!(await holds())) await page.waitForTimeout(500); };
  // Two runs go on, and some have something to be compared with.
  await until(async () => (await count('done')) >= 7);
  await page.evaluate(() => { document.getElementById('follow').click(); });
  const rows = page.locator('#grid [role="row"]');
  for (const row of await rows.filter({ hasText: 'mnist' }).filter({ hasText: 'seeds=1' }).all()) {
    if ((await row.getAttribute('data-state')) === 'done' && (await row.getAttribute('aria-selected')) === 'false' && (await page.locator('[aria-selected="true"]').count()) < 6) await row.locator('.pick').click();
  }
  await until(async () => (await page.locator('#grid [data-state="running"] .progress').evaluateAll((cells) => cells.filter(({ textContent }) => Number.parseInt(textContent, 10) >= 4).length)) > 0);
  await page.mouse.move(0, 0);
  mkdirSync(dirname(image), { recursive: true });
  await page.screenshot({ path: image });
  console.log(`docs/images/watch.png: ${Math.round(statSync(image).size / 1000)} kB`);
} finally {
  for (const child of started) child.kill('SIGINT');
  await Promise.all(started.map((child) => new Promise((resolve) => { if (child.exitCode !== null || child.signalCode !== null) resolve(); else child.once('exit', resolve); })));
  await browser.close();
  rmSync(cwd, { recursive: true, force: true });
}
