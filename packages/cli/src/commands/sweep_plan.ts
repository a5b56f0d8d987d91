import * as path from 'node:path';
import { describeValues, EXIT, loadDefinition, planSweep, writePlan } from '@cuda-activations/experiments';
import { z } from 'zod';
import { COMMON, defineCommand } from '../command/definition';
import { PROGRAM } from '../command/commander';
import { printJson } from '../command/io';

/** Items that `plan` shows. */
const SHOWN = 5;

export const sweepPlanCommand = defineCommand({
  name: 'sweep plan',
  summary: 'resolve and check every run of a definition, and write them into a folder',
  details:
    'A definition is a JSON file, or a TypeScript or JavaScript module whose default export it is: an experiment, a preset, base options, and how they vary (grid, list, random, halving). See docs/sweeps.md. A folder that holds the same plan already stays, with all that was done.',
  arguments: [{ name: 'definition', description: 'file that ends with .json, .ts or .js', required: true }],
  options: {
    output: z.string().nullable().default(null).describe('folder of the sweep (none: sweeps/NAME)'),
    dryRun: z.boolean().default(false).describe('write nothing'),
    json: COMMON.json,
  },
  examples: [
    { line: 'sweep plan activations.sweep.json', says: 'into sweeps/activations' },
    { line: 'sweep plan rates.ts --dryRun --json', says: 'what a definition in TypeScript would hold' },
  ],
  run: async ({ arguments: [file = ''], options: { output, dryRun, json }, io }) => {
    const plan = await planSweep(await loadDefinition(file));
    const folder = output ?? path.join('sweeps', plan.sweep.name);
    const created = dryRun || writePlan(folder, plan);
    if (json) {
      printJson(io, { folder, created: created && !dryRun, sweep: plan.sweep, duplicates: plan.duplicates });
      return EXIT.done;
    }
    const { experiment, preset, items, halving } = plan.sweep;
    io.print(`${experiment}, preset ${preset}: ${items} items${halving ? ` in ${halving.slots.length} rounds` : ''}${plan.duplicates > 0 ? `, ${plan.duplicates} that came up twice left out` : ''}`);
    plan.lines.slice(0, SHOWN).forEach((values, index) => { io.print(`  ${index}: ${describeValues(values)}`); });
    if (items > SHOWN) io.print(`  and ${items - SHOWN} more`);
    if (!dryRun) io.print(`${folder}${created ? '' : ' holds this plan already'}; ${PROGRAM} sweep submit ${folder} runs it`);
    return EXIT.done;
  },
});
