// Runs the tests of the page in Chromium, and leaves their counts in test-results/browser.json. Where Chromium is not installed it says so,
// and counts none.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const report = join(root, 'test-results/browser.json');
mkdirSync(dirname(report), { recursive: true });
const chromium = chromiumPath();
if (chromium === undefined) {
  console.log('cli:test-browser: SKIPPED: Chromium is not installed; on Debian: apt-get install chromium, elsewhere set CHROMIUM to its path');
  writeFileSync(report, '{"passed": 0, "failed": 0}\n');
} else {
  const { status, error } = spawnSync('npx', ['jest', '-c', 'jest.browser.cjs', '--json', `--outputFile=${report}`, ...process.argv.slice(2)], { cwd: root, stdio: ['inherit', 'ignore', 'inherit'], env: { ...process.env, CHROMIUM: chromium, CHROMIUM_ARGUMENTS: JSON.stringify(CHROMIUM_ARGUMENTS) } });
  if (error) throw error;
  process.exitCode = status ?? 1;
}
