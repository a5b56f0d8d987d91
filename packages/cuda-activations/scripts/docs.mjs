#!/usr/bin/env node
// Writes docs/activations.md from activations.json; with --check, fails where the file is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const packageRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const file = path.resolve(packageRoot, '..', '..', 'docs', 'activations.md');
const { pointwise, gated, perChannel, rowwise } = JSON.parse(readFileSync(path.join(packageRoot, 'activations.json'), 'utf8'));

const code = (text) => `\`${text}\``;
const bound = (value, infinite) => (value === null ? infinite : String(value));
const row = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (header, rows) => [row(header), row(header.map(() => '---')), ...rows.map(row)].join('\n');
const camelCase = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const names = ({ name, aliases }) => [`**${name}**`, ...aliases].join(', ');
const picture = ({ name }) => `<img src="figures/activations/${name}.svg" width="128" height="96" alt="${name}">`;
const ulp = ({ ulp: { forward, backward, fromOutput } }) => [forward, backward, fromOutput ?? '–'].join(' / ');

const epsilons = ({ forward, forwardScale, backward, backwardScale }) =>
  `${forward} x 2^-23 of ${code(forwardScale)}; gradient ${backward} x 2^-23 of ${code(backwardScale)}`;

function parameters({ parameters: list }) {
  return list.map(({ name, default: value, min, max, description }) => `${code(name)} = ${value} in [${bound(min, '-∞')}, ${bound(max, '∞')}]: ${description}`).join('; ') || '–';
}

function details(activation) {
  const lines = [`### ${activation.name}`, '', `${code(`y = ${activation.formula}`)}`, ''];
  const facts = [
    ['function', code(camelCase(activation.name))],
    ['aliases', activation.aliases.map(code).join(', ')],
    ['parameters', activation.parameters.length > 0 ? parameters(activation) : ''],
    ['learned', (activation.learned ?? []).map(({ name, shape, description }) => `${code(name)} ${shape}: ${description}`).join('; ')],
    ['gate', activation.gate ? `[${activation.gate}](#${activation.gate})` : ''],
    [activation.family === 'pointwise' ? "f'(x)" : 'gradients', code(activation.derivative)],
    ["f''(x)", activation.secondDerivative === undefined ? '' : code(activation.secondDerivative)],
    ["f' from y", activation.fromOutput === undefined ? '' : activation.fromOutput === null ? 'no function of y: the backward pass keeps x' : `${code(activation.fromOutput)} (the backward pass keeps y only)`],
    ['at kinks', activation.kinks ? code(activation.kinks) : ''],
    ['limits', activation.limits ?? ''],
    ['largest error', activation.epsilons ? epsilons(activation.epsilons) : ''],
    ['source', activation.source],
  ];
  return [...lines, ...facts.filter(([, value]) => value !== '').map(([label, value]) => `* ${label}: ${value}`), ''].join('\n');
}

function page() {
  return `<!-- Written by packages/cuda-activations/scripts/docs.mjs from activations.json (npx nx run cuda-activations:docs); do not edit. -->
# Activations

${pointwise.length} pointwise functions, ${gated.length} gated linear units, ${perChannel.length} activations with parameters learned per channel and ${rowwise.length} functions of a whole row. A name, an alias and the camelCase of each
are understood wherever an activation is named. ULP: the largest error allowed over all float32 inputs, in units in the last place, of the function, of its
derivative from x and of its derivative from y; tests hold the kernels to it.

## Pointwise

Blue y, orange f', for x from -4 to 4 and y from -2 to 4 (\`npx nx run cli:docs\` draws them with the kernels; \`npx activations plot\` draws larger ones).

${table(['', 'name, aliases', 'y =', "f'(x) =", 'parameters', 'ULP f / f\' / from y'], pointwise.map((activation) => [picture(activation), names(activation), code(activation.formula), code(activation.derivative), parameters(activation), ulp(activation)]))}

## Gated linear units

x is split in two halves a and b along the channels (or both are given); H channels come out of 2 H.

${table(['name, aliases', 'y =', 'gradients'], gated.map((activation) => [names(activation), code(activation.formula), code(activation.derivative)]))}

## Learned per channel

${table(['name, aliases', 'y =', 'gradients'], perChannel.map((activation) => [names(activation), code(activation.formula), code(activation.derivative)]))}

## Row-wise

A row is what lies along one axis; max, sums and means are taken over it. The backward pass keeps y only. Error: the largest allowed of a float32 result against exact
arithmetic, over rows of any length, in the unit that stands beside it; tests hold the kernels to it.

${table(['name, aliases', 'y =', 'gradient', 'error'], rowwise.map((activation) => [names(activation), code(activation.formula), code(activation.derivative), epsilons(activation.epsilons)]))}

## Each in full

${[...pointwise, ...gated, ...perChannel, ...rowwise].map(details).join('\n')}`.trimEnd() + '\n';
}

const written = page();
if (process.argv.includes('--check')) {
  let found = '';
  try {
    found = readFileSync(file, 'utf8');
  } catch {
    // Missing is as wrong as stale.
  }
  if (found !== written) {
    console.error(`${path.relative(process.cwd(), file)} does not agree with activations.json: run "npx nx run cuda-activations:docs" and commit it`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, written);
}
