#!/usr/bin/env node
// Asks the npm registry for known vulnerabilities of what our packages install; fails where one is of level high or critical, and where the registry does not say.
import { spawnSync } from 'node:child_process';

const { stdout, error } = spawnSync('npm', ['audit', '--json', '--package-lock-only', '--omit=dev'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
if (error) throw error;
const answer = parse(stdout);
const counts = answer?.metadata?.vulnerabilities;
if (counts === undefined) {
  console.error(`not checked: the registry has no answer for npm audit (${answer?.message ?? answer?.error?.summary ?? 'no JSON'}); run it where the registry is npm's own`);
  process.exit(2);
}
for (const { name, severity, range, via } of Object.values(answer.vulnerabilities)) {
  console.log(`${severity}  ${name} ${range}: ${via.map((cause) => (typeof cause === 'string' ? cause : `${cause.title} (${cause.url})`)).join('; ')}`);
}
console.log(`${counts.critical} critical, ${counts.high} high, ${counts.moderate} moderate, ${counts.low} low`);
process.exit(counts.critical + counts.high > 0 ? 1 : 0);

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
