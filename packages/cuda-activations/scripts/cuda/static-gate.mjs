// Reads the sm_90 machine code of every kernel and holds it to what keeps a GPU memory bound: no spills and no stack, at most 40 registers
// in pointwise kernels, 16-byte accesses in every vector loop, and few enough instructions per element.
//   node scripts/cuda/static-gate.mjs [--json=FILE] [--docs]
// --docs writes the table of docs/gpu.md; without it, a table that says something else is a fault.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, elements, modules } from './build.mjs';
import { tableFault, writeTable } from './gate-table.mjs';
import { readKernels } from './machine-code.mjs';
import { locateCuobjdump } from './toolchain.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const images = join(root, 'build/cuda');

/** Instructions per element that an H200 (4.8 TB/s, 132 multiprocessors) issues while it moves one tensor's element: 26 of 4 bytes. */
const perTensor = { Float32: 26, Float16: 13, BFloat16: 13 };

/**
 * Tensors that a kernel moves per element, the number that its budget of instructions follows from (2 forward: 52; 3 backward: 77 is
 * what the design states for 78). Bias kernels may move a residual and a pre-activation too, and hold the code of dropout.
 */
const tensors = { pointwise_forward: 2, pointwise_backward: 3, pointwise_from_output: 3, pointwise_second: 4, bias_forward: 4, bias_backward: 4, bias_from_output: 4, gated_forward: 3, gated_backward: 5, copy: 2, prelu: 3, rowwise_forward: 2, rowwise_backward: 3 };

const isApl = (name) => name.startsWith('apl_');

function budget(name, element) {
  const family = Object.keys(tensors).find((prefix) => name.startsWith(`${prefix}_`));
  if (isApl(name)) return undefined;
  if (family === undefined) throw new Error(`no budget for the kernel ${name}`);
  if (tensors[family] === 3 && family.startsWith('pointwise')) return element === 'Float32' ? 77 : 39;
  return tensors[family] * perTensor[element];
}

/** Elements that a vector loop handles an iteration. */
const lanesOf = (name, element) => (isApl(name) ? 4 : 16 / (element === 'Float32' ? 4 : 2));

/** Faults of one kernel, as sentences. */
export function faultsOf(kernel, element) {
  const faults = [];
  const { name, registers, stack, local, spills, loops } = kernel;
  const fault = (text) => faults.push(`${name}: ${text}`);
  if (spills > 0 || stack > 0 || local > 0) fault(`${spills} spill instructions, ${stack} bytes of stack, ${local} of local memory; none are allowed`);
  if (/^(pointwise|copy)_/.test(name) && registers > 40) fault(`${registers} registers, at most 40 are allowed`);
  if (loops.length === 0) fault('no loop stores vectors');
  const halves = isApl(name) && element !== 'Float32';
  const bytes = halves ? 8 : 16;
  for (const loop of loops) {
    if ((halves ? loop.halfStores : loop.vectorStores) === 0) fault(`its vector loop has no ${bytes}-byte store`);
    // Of a second derivative that is 0 everywhere nothing is loaded.
    const loadsNothing = name.startsWith('pointwise_second_') && loop.halfLoads + loop.scalarLoads === 0;
    if ((halves ? loop.halfLoads : loop.vectorLoads) === 0 && !loadsNothing) fault(`its vector loop has no ${bytes}-byte load`);
    if (loop.scalarStores > 0) fault(`its vector loop has ${loop.scalarStores} scalar stores`);
    if (/^(pointwise|gated|copy)_/.test(name) && loop.scalarLoads > 0) fault(`its vector loop has ${loop.scalarLoads} scalar loads`);
    const limit = budget(name, element);
    const used = loop.instructions / lanesOf(name, element);
    if (limit !== undefined && used > limit) fault(`${used.toFixed(1)} instructions per element, at most ${limit} are allowed`);
  }
  return faults;
}

async function main() {
  const { values } = parseArgs({ options: { json: { type: 'string' }, docs: { type: 'boolean' } } });
  await build('ON', images);
  const cuobjdump = await locateCuobjdump();
  const rows = [];
  const faults = [];
  for (const module of modules()) {
    for (const element of elements) {
      for (const kernel of readKernels(cuobjdump, join(images, `${module}.${element}.sm_90.cubin`))) {
        const { name, registers, loops } = kernel;
        const perElement = (key) => Math.max(0, ...loops.map((loop) => loop[key] / lanesOf(name, element)));
        rows.push({ name, element, registers, instructionsPerElement: perElement('instructions'), arithmeticPerElement: perElement('arithmetic'), budget: budget(name, element) ?? null });
        faults.push(...faultsOf(kernel, element));
      }
    }
  }
  const families = new Map();
  for (const row of rows) {
    const key = `${row.name.replace(/_[^_]+_[^_]+$/, '')} ${row.element}`;
    const worst = families.get(key) ?? { kernels: 0, registers: 0, instructions: 0, name: '' };
    worst.kernels += 1;
    worst.registers = Math.max(worst.registers, row.registers);
    if (row.instructionsPerElement > worst.instructions) Object.assign(worst, { instructions: row.instructionsPerElement, name: row.name, budget: row.budget });
    families.set(key, worst);
  }
  process.stdout.write('family and type                     kernels  registers  instructions/element (budget), at worst\n');
  for (const [key, worst] of families) {
    process.stdout.write(`${key.padEnd(36)}${String(worst.kernels).padStart(7)}${String(worst.registers).padStart(11)}  ${worst.instructions.toFixed(1).padStart(6)} (${worst.budget ?? '-'}) ${worst.name}\n`);
  }
  if (values.docs) writeTable(rows);
  else faults.push(...tableFault(rows));
  for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
  process.stdout.write(`${rows.length} kernels, ${faults.length} faults\n`);
  if (values.json) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify({ kernels: rows, faults }, null, 1)}\n`);
  }
  return faults.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await main()) > 0 ? 1 : 0;
