import * as path from 'node:path';
import { curveChart, drawPng, drawSvg, EXIT, makeDirectory, UsageError, writeFileAtomic } from '@cuda-activations/experiments';
import { listActivations } from 'cuda-activations';
import { z } from 'zod';
import { defineCommand } from '../command/definition';
import { printJson, styled, type Io } from '../command/io';
import { brailleChart } from './braille';
import { evenly, functionCurve, requireRange, type FunctionCurve } from './function_curves';

/** Lines of a curve in the terminal. */
const HEIGHT = 12;

function toTerminal(curves: readonly FunctionCurve[], x: Float64Array, io: Io): void {
  for (const { label, formula, value, derivative } of curves) {
    io.print(`${styled(io, 'bold', label)} = ${formula}`);
    io.print(brailleChart(x, value(x), Math.min(io.width, 80), HEIGHT));
    io.print(styled(io, 'bold', 'its derivative'));
    io.print(brailleChart(x, derivative(x), Math.min(io.width, 80), HEIGHT));
  }
}

async function toFile(file: string, curves: readonly FunctionCurve[], x: Float64Array): Promise<void> {
  const kind = path.extname(file);
  if (kind !== '.svg' && kind !== '.png') throw new UsageError(`output: expected a file that ends with .svg or .png, got ${file}`);
  const points = curves.flatMap(({ label, value, derivative }) =>
    Object.entries({ activation: value, derivative }).flatMap(([what, evaluate]) => Array.from(evaluate(x), (y, i) => ({ activation: label, what, x: x[i] ?? 0, y }))),
  );
  const title = curves.map(({ label }) => label).join(', ');
  const specification = curveChart({ title, subtitle: curves.map(({ label, formula }) => `${label} = ${formula}`).join('; '), points, x: { field: 'x', title: 'x' }, y: { field: 'y', title: '' }, color: 'activation', panel: 'what', columns: 2, ownAxes: true, plain: true });
  const svg = await drawSvg({ name: 'plot', title, specification });
  makeDirectory(path.dirname(path.resolve(file)));
  writeFileAtomic(file, kind === '.svg' ? svg : [await drawPng(svg)]);
}

export const plotCommand = defineCommand({
  name: 'plot',
  summary: 'draw activations and their derivatives',
  details: 'In the terminal, or as SVG or PNG where a file is named. The numbers are those of the kernels.',
  arguments: [
    { name: 'activations', description: 'pointwise ones by name, with name:parameter=value for other parameters', required: true, variadic: true, values: () => listActivations('pointwise').map(({ name }) => name) },
  ],
  options: {
    range: z.array(z.number()).default([-6, 6]).describe('of x'),
    samples: z.int().min(2).max(100_000).default(481).describe('values of x'),
    output: z.string().nullable().default(null).describe('file to draw into, by its ending .svg or .png (none: the terminal)'),
    json: z.boolean().default(false).describe('x, value and derivative as JSON on the standard output'),
  },
  examples: [
    { line: 'plot gelu', says: 'in the terminal' },
    { line: 'plot leaky_relu:negative_slope=0.2 elu --range=-3,3 --output=leaky.svg', says: 'two in one figure' },
    { line: 'plot mish --output=mish.png', says: 'as an image' },
    { line: 'plot relu --samples=5 --json', says: 'the numbers' },
  ],
  run: async ({ arguments: labels, options: { range, samples, output, json }, io }) => {
    const curves = labels.map(functionCurve);
    const x = evenly(...requireRange(range), samples);
    if (output !== null) await toFile(output, curves, x);
    if (json) printJson(io, curves.map(({ label, value, derivative }) => ({ activation: label, x: [...x], value: [...value(x)], derivative: [...derivative(x)] })));
    else if (output === null) toTerminal(curves, x, io);
    else io.print(output);
    return EXIT.done;
  },
});
