// The table of docs/gpu.md: what the static gate finds at worst in each family of kernels.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const page = join(dirname(fileURLToPath(import.meta.url)), '../../../../docs/gpu.md');
const begin = '<!-- Written by: node scripts/cuda/static-gate.mjs --docs -->\n';
const end = '<!-- End -->';

/** Lines of the table by the beginnings of their kernels' names. */
const families = [
  ['pointwise forward', ['pointwise_forward']],
  ['pointwise backward, from x', ['pointwise_backward']],
  ['pointwise backward, from y', ['pointwise_from_output']],
  ['pointwise second backward', ['pointwise_second']],
  ['bias forward', ['bias_forward']],
  ['bias backward, from x', ['bias_backward']],
  ['bias backward, from y', ['bias_from_output']],
  ['gated forward', ['gated_forward']],
  ['gated backward', ['gated_backward']],
  ['row-wise forward, the walk that stores', ['rowwise_forward']],
  ['row-wise backward, the walk that stores', ['rowwise_backward']],
  ['PReLU forward and backward', ['prelu']],
  ['APL forward, channels-last', ['apl_forward_columns']],
  ['APL forward, channels-first', ['apl_forward_planes']],
  ['APL backward, channels-last', ['apl_backward_columns']],
  ['APL backward, channels-first', ['apl_backward_planes']],
  ['APL with bias, forward', ['apl_biased_forward_columns', 'apl_biased_forward_planes']],
  ['APL with bias, backward', ['apl_biased_backward_columns', 'apl_biased_backward_planes']],
  ['copy', ['copy']],
];
const types = [['Float32'], ['Float16', 'BFloat16']];

const largest = (rows, key) => Math.max(...rows.map((row) => row[key]));

function cell(rows) {
  const { budget } = rows[0];
  return `${largest(rows, 'instructionsPerElement').toFixed(1)}, ${largest(rows, 'arithmeticPerElement').toFixed(1)} (${budget ?? 'none'})`;
}

function table(rows) {
  const lines = families.map(([title, beginnings]) => {
    const of = rows.filter(({ name }) => beginnings.some((beginning) => name.startsWith(`${beginning}_`)));
    return [title, String(of.length), ...types.map((elements) => cell(of.filter(({ element }) => elements.includes(element)))), String(largest(of, 'registers'))];
  });
  const header = ['family', 'kernels', 'float32', 'float16, bfloat16', 'registers'];
  return `${[header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function parts() {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end, from);
  if (from < begin.length || to < 0) throw new Error(`${page}: expected a table between ${begin.trim()} and ${end}`);
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

export function writeTable(rows) {
  const [before, , after] = parts();
  writeFileSync(page, before + table(rows) + after);
}

/** What is wrong with the table, as a list of none or one. */
export function tableFault(rows) {
  return parts()[1] === table(rows) ? [] : ['docs/gpu.md: its table is not what the machine code shows; write it with: node scripts/cuda/static-gate.mjs --docs'];
}
