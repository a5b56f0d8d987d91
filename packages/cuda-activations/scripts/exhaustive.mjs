// Sweeps all 2^32 float32 patterns through the kernels, one activation after the other, and writes the largest errors
// with the hardware to results/accuracy/<instruction set>.json; an activation that is in there already is replaced.
//   node scripts/exhaustive.mjs [names...] [--isa=NAME] [--step=N] [--directions=forward,backward,fromOutput]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'build/Release/cuda_activations_exhaustive');
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const table = JSON.parse(readFileSync(join(root, 'activations.json'), 'utf8'));
const folder = join(root, '../../results/accuracy');

/** Adds rows to the file of their instruction set and step. */
function record(part) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${part.isa}${part.step === 1 ? '' : `-step${part.step}`}.json`);
  const rows = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).rows : [];
  const key = ({ name, direction }) => `${name} ${direction}`;
  const fresh = new Set(part.rows.map(key));
  const order = table.pointwise.map(({ name }) => name);
  const merged = [...rows.filter((row) => !fresh.has(key(row))), ...part.rows].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const body = merged.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  writeFileSync(file, `{\n  "hardware": ${JSON.stringify(part.hardware)},\n  "isa": "${part.isa}",\n  "step": ${part.step},\n  "rows": [\n${body}\n  ]\n}\n`);
}

for (const name of names.length > 0 ? names : table.pointwise.map((row) => row.name)) {
  const json = join(tmpdir(), `cuda-activations-exhaustive-${process.pid}.json`);
  const { status, error } = spawnSync(program, [name, ...options, `--json=${json}`], { stdio: 'inherit' });
  if (error) throw new Error(`${program}: ${error.message}; build it with "npx nx run cuda-activations:build-native"`);
  if (status !== 0) process.exitCode = status ?? 1;
  if (existsSync(json)) record(JSON.parse(readFileSync(json, 'utf8')));
  rmSync(json, { force: true });
}
