import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SweepFolder } from '@cuda-activations/experiments';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { appendEpoch, writeRun } from '../testing/fake_runs';
import { serveWatch, type WatchServer } from './server';

// `npx nx run cli:test-browser` sets both.
const { CHROMIUM: executablePath = '', CHROMIUM_ARGUMENTS = '[]' } = process.env;

let browser: Browser;
let folder: string;
let runsDir: string;
let server: WatchServer;
let pages: Page[];
/** What a page complained of: errors, and what the policy of its server forbade. */
let complaints: string[];

beforeAll(async () => { browser = await chromium.launch({ executablePath, args: JSON.parse(CHROMIUM_ARGUMENTS) as string[] }); }, 60_000);
afterAll(async () => { await browser.close(); });

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-page-'));
  runsDir = path.join(folder, 'runs');
  [pages, complaints] = [[], []];
  server = await serve();
});
afterEach(async () => {
  for (const page of pages) await page.context().close();
  await server.close();
  fs.rmSync(folder, { recursive: true, force: true });
  expect(complaints).toEqual([]);
});

const serve = (port = 0) => serveWatch({ runs: runsDir, sweepRoots: [path.join(folder, 'sweeps')], sweeps: [], host: '127.0.0.1', port, token: false, complain: (text) => { complaints.push(text); } });

async function open(options: BrowserContextOptions = {}, hash = ''): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  pages.push(page);
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complaints.push(message.text()); });
  page.on('pageerror', (error) => { complaints.push(error.message); });
  page.on('dialog', (dialog) => { complaints.push(`a dialog: ${dialog.message()}`); });
  page.on('request', (request) => { if (!request.url().startsWith(server.url)) complaints.push(`asks for ${request.url()}`); });
  await page.goto(server.url + hash);
  await page.locator('#link[data-link="live"]').waitFor();
  return page;
}

const rowOf = (page: Page, name: string) => page.locator('#grid .space [role="row"]', { hasText: name });
/** Points of the validation curves that a chart draws. */
const pointsOf = (page: Page, chart: string) => page.locator(`#${chart} .curve:not(.train)`).evaluateAll((curves) => curves.map((curve) => (curve.getAttribute('d') ?? '').split(/[ML]/).length - 1));

test('a run that starts while the page is open appears, its curve grows, and it ends', async () => {
  const page = await open();
  await page.getByText('is not there yet').waitFor();
  const run = writeRun(runsDir, 'cnn-mnist', 'new-run', { state: 'running', epochs: 4, complete: 1 });
  await rowOf(page, 'new-run').waitFor();
  expect(await rowOf(page, 'new-run').getAttribute('data-state')).toBe('running');
  for (let epoch = 2; epoch <= 4; epoch++) {
    appendEpoch(run, epoch);
    await page.getByText(`${String(epoch)}/4`, { exact: true }).waitFor();
    await page.waitForFunction((points) => (document.querySelector('#loss .curve:not(.train)')?.getAttribute('d') ?? '').split(/[ML]/).length - 1 === points, epoch);
    expect(await pointsOf(page, 'accuracy')).toEqual([epoch]);
  }
  expect(await page.title()).toBe('▶ 1 · 0/1 · activations');
  fs.rmSync(path.join(run, 'lock'));
  fs.writeFileSync(path.join(run, 'DONE'), '{"test":{"accuracy":87.5,"loss":1},"epochs":4}');
  await page.locator('[data-state="done"]', { hasText: '87.50' }).waitFor();
  await page.waitForFunction(() => document.title === '1/1 · activations');
});

test('hostile names, numbers and configurations are shown as text', async () => {
  const names = ['<img src=x onerror=alert(1)>', '<script>alert(2)<!--', '"><svg onload=alert(3)>', 'line\nbreak', '\u202egnp.esrever', '\u001b[31mred'];
  for (const name of names) writeRun(runsDir, '<i>experiment', name, { state: 'interrupted', epochs: 3, complete: 2, config: { '<b>option': '<img src=x onerror=alert(4)>' } });
  const huge = writeRun(runsDir, 'e', 'huge-numbers', { state: 'running', epochs: 3, complete: 0 });
  fs.writeFileSync(path.join(huge, 'metrics.jsonl'), '{"epoch":1,"trainLoss":1e308,"valLoss":-1e308,"valAccuracy":1e300}\n{"epoch":2,"trainLoss":null}\n{"epoch":3,"valLoss":5e-324}\n{"epoch":4,');
  const sweep = new SweepFolder(path.join(folder, 'sweeps', 's'));
  sweep.create({ format: 1, name: '<h1>sweep', experiment: '<u>', preset: 'quick', items: 1, config: {}, varied: [] }, '{"a":"<img src=x onerror=alert(5)>"}\n');
  sweep.fail({ index: 0, values: {}, end: '<b>end', lines: ['<script>alert(6)</script>', '\u001b[31mred'] });
  const page = await open();
  for (const shown of ['<img src=x onerror=alert(1)>', '<script>alert(2)<!--', '"><svg onload=alert(3)>', 'line\\u{a}break', '\\u{202e}gnp.esrever', '\\u{1b}[31mred', 'a=<img src=x onerror=alert(5)>']) await rowOf(page, shown).waitFor();
  await page.getByText('<h1>sweep', { exact: true }).waitFor();
  for (const name of [names[0] ?? '', 'huge-numbers', 'a=<img']) await rowOf(page, name).locator('.pick').click();
  await rowOf(page, 'alert(1)').click();
  await page.locator('#details dt', { hasText: '<b>option' }).waitFor();
  await page.locator('#details dd', { hasText: '<img src=x onerror=alert(4)>' }).waitFor();
  await rowOf(page, 'alert(5)').click();
  await page.locator('#details pre', { hasText: '<script>alert(6)</script>' }).waitFor();
  await rowOf(page, 'huge-numbers').click();
  expect(await rowOf(page, 'huge-numbers').textContent()).toContain('4.94e-324');
  await page.locator('#logarithmic').check();
  // Nothing but the page's own: three images would have been made.
  expect(await page.evaluate(() => [document.images.length, document.scripts.length, document.querySelectorAll('svg svg, #grid i i, #details b, h1').length])).toEqual([1, 1, 1]);
  expect(await page.locator('#loss path').evaluateAll((paths) => paths.filter((drawn) => /NaN|Infinity/.test(drawn.getAttribute('d') ?? '')).length)).toBe(0);
});

test('its policy keeps scripts out that a text would bring in', async () => {
  const page = await open();
  const blocked = await page.evaluate(async () => {
    const seen: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => { seen.push(event.effectiveDirective); });
    const script = document.createElement('script');
    try {
      script.textContent = 'document.title = "broken"';
    } catch {
      seen.push('refused');
    }
    document.body.append(script);
    await fetch('https://evil.example/').catch(() => { seen.push('not fetched'); });
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    return [...new Set(seen)].sort();
  });
  expect(blocked).toEqual(['connect-src', 'not fetched', 'refused', 'require-trusted-types-for']);
  expect(await page.title()).not.toBe('broken');
  // Chromium tells the console of each: that is what was asked for.
  expect(complaints.length).toBeGreaterThan(0);
  complaints = [];
});

test('light and dark, as the system has it; both can be read', async () => {
  writeRun(runsDir, 'e', 'run', { state: 'running', epochs: 3, complete: 2 });
  /** Contrast of two colours after WCAG 2.1. */
  const contrast = (page: Page, selector: string) =>
    page.locator(selector).first().evaluate((node) => {
      const luminance = (colour: string) => {
        const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      let below: Element | null = node;
      while (below && /^rgba\(0, 0, 0, 0\)$/.test(getComputedStyle(below).backgroundColor)) below = below.parentElement;
      const [text, ground] = [luminance(getComputedStyle(node).color), luminance(getComputedStyle(below ?? document.body).backgroundColor)];
      return { ground, ratio: (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05) };
    });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await open({ colorScheme });
    await rowOf(page, 'run').waitFor();
    for (const selector of ['h1', '#folders', '#states button', '#grid .name', '#grid .where', '#grid .number', '.heads button', '#legend th', '#keys', '#link']) {
      const { ground, ratio } = await contrast(page, selector);
      expect([colorScheme, selector, ground > 0.5]).toEqual([colorScheme, selector, colorScheme === 'light']);
      expect([colorScheme, selector, ratio > 4.5]).toEqual([colorScheme, selector, true]);
    }
  }
});

test('all of it by the keyboard', async () => {
  for (let i = 0; i < 100; i++) writeRun(runsDir, 'e', `run-${String(i).padStart(3, '0')}`, { state: 'done', epochs: 3, complete: 3, seed: i });
  const page = await open();
  await rowOf(page, 'run-000').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('run-0');
  await page.locator('#grid[aria-rowcount="101"]').waitFor();
  await page.keyboard.type('4');
  await page.locator('#grid[aria-rowcount="11"]').waitFor();
  await page.keyboard.press('Escape');
  const active = () => page.evaluate(() => document.getElementById(document.getElementById('grid')?.getAttribute('aria-activedescendant') ?? '')?.textContent ?? '');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => document.querySelector('.active')?.textContent?.includes('run-041'));
  expect(await active()).toContain('run-041');
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.querySelector('.active')?.textContent?.includes('run-049'));
  const chosen = await page.locator('[aria-selected="true"]').count();
  await page.keyboard.press('Space');
  await page.waitForFunction((before) => document.querySelectorAll('[aria-selected="true"]').length !== before, chosen);
  // The filter and the choice outlive a reload.
  const hash = new URL(page.url()).hash;
  expect(hash).toMatch(/q=run-04.*runs=/);
  await page.reload();
  await page.locator('#grid[aria-rowcount="11"]').waitFor();
  for (const [key, chart] of [['ArrowLeft', 'loss'], ['ArrowLeft', 'accuracy']] as const) {
    await page.locator(`#${chart}`).focus();
    await page.keyboard.press(key);
    await page.locator('#at', { hasText: 'Epoch' }).waitFor();
  }
  // Every part that acts can be reached.
  const names = new Set<string>();
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab');
    names.add(await page.evaluate(() => `${document.activeElement?.id ?? ''}|${document.activeElement?.textContent?.trim().split(' ')[0] ?? ''}`));
  }
  for (const id of ['filter|', 'grid|State', 'logarithmic|', 'follow|Follow', 'clear|Clear', '|running', '|failed', '|State', '|Epoch']) expect([...names].some((name) => name.startsWith(id))).toBe(true);
});

test('of thousands of runs those that are seen are drawn', async () => {
  for (let i = 0; i < 1000; i++) writeRun(runsDir, 'e', `run-${String(i).padStart(4, '0')}`, { state: 'done', epochs: 1, complete: 1 });
  const page = await open();
  await page.locator('#grid[aria-rowcount="1001"]').waitFor();
  expect(await page.locator('#grid .space [role="row"]').count()).toBeLessThan(60);
  await page.locator('#grid').evaluate((grid) => { grid.scrollTop = grid.scrollHeight; });
  await rowOf(page, 'run-0999').waitFor();
  expect(await rowOf(page, 'run-0999').getAttribute('aria-rowindex')).toBe('1001');
  expect(await page.locator('#grid .space [role="row"]').count()).toBeLessThan(60);
});

test('a server that ends is told of, and one that takes its place is found', async () => {
  writeRun(runsDir, 'e', 'before', { state: 'done', epochs: 1, complete: 1 });
  const page = await open();
  await rowOf(page, 'before').waitFor();
  const { port } = server;
  await server.close();
  await page.locator('#link[data-link="lost"]').waitFor();
  await rowOf(page, 'before').waitFor();
  fs.rmSync(path.join(runsDir, 'e', 'before'), { recursive: true });
  writeRun(runsDir, 'e', 'after', { state: 'done', epochs: 1, complete: 1 });
  server = await serve(port);
  await page.locator('#link[data-link="live"]').waitFor();
  await rowOf(page, 'after').waitFor();
  await rowOf(page, 'before').waitFor({ state: 'detached' });
  // The browser's own words for a connection that was refused.
  expect(complaints.every((text) => /ERR_/.test(text))).toBe(true);
  complaints = [];
});
