import * as fs from 'node:fs';
import * as path from 'node:path';
import { EXIT, makeDirectory, UsageError, writeFileAtomic, type SweepDefinition } from '@cuda-activations/experiments';
import { z } from 'zod';
import { defineCommand } from '../command/definition';
import { PROGRAM } from '../command/commander';

/** A small sweep to begin with: minutes on two cores, no data set needed. */
const STARTER: SweepDefinition = {
  experiment: 'cnn-mnist',
  base: { dataset: 'synthetic', optimizers: ['adam'], epochs: 1, steps: 5, evaluationLimit: 64 },
  grid: { activations: ['relu', 'gelu'], seeds: [1, 2] },
};

export const sweepInitCommand = defineCommand({
  name: 'sweep init',
  summary: 'write a small definition to begin with',
  arguments: [{ name: 'definition', description: 'file to write, ends with .json or .ts (activations.sweep.json where nothing is said)' }],
  options: { force: z.boolean().default(false).describe('overwrite a file that is there') },
  examples: [
    { line: 'sweep init', says: 'activations.sweep.json: two activations with two seeds' },
    { line: 'sweep init rates.ts', says: 'the same in TypeScript' },
  ],
  run: ({ arguments: [file = 'activations.sweep.json'], options: { force }, io }) => {
    const kind = path.extname(file);
    if (kind !== '.json' && kind !== '.ts') throw new UsageError(`definition: expected a file that ends with .json or .ts, got ${file}`);
    if (fs.existsSync(file) && !force) throw new UsageError(`definition: ${file} exists; --force overwrites it`);
    const text = JSON.stringify(STARTER, null, 2);
    makeDirectory(path.dirname(path.resolve(file)));
    writeFileAtomic(file, kind === '.json' ? `${text}\n` : `import { defineSweep } from '@cuda-activations/experiments';\n\nexport default defineSweep(${text});\n`);
    io.print(`${file}; ${PROGRAM} sweep plan ${file} plans it`);
    return EXIT.done;
  },
});
