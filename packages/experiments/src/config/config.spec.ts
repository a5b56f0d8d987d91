import { z } from 'zod';
import { parseCommandLine } from './command_line';
import { UsageError } from './errors';
import { fieldsOf } from './fields';
import { helpText } from './help';
import { presetNames, readPreset } from './presets';
import { resolveOptions } from './resolve';

const schema = z.strictObject({
  dataset: z.enum(['auto', 'mnist']).default('auto').describe('images'),
  dataDir: z.string().nullable().default(null).describe('folder'),
  activations: z.array(z.string()).min(1).default(['relu']).describe('activations'),
  optimizers: z.array(z.enum(['sgd', 'adam'])).default(['sgd']).describe('optimisers'),
  epochs: z.int().min(1).default(5).describe('epochs at most'),
  learningRate: z.number().positive().default(0.001).describe('rate'),
  force: z.boolean().default(false).describe('again'),
});
const fields = fieldsOf(schema);
const parse = (...argv: string[]) => parseCommandLine(argv, fields).values;
const resolve = (...argv: string[]) => resolveOptions(schema, [{ name: 'command line', values: parse(...argv) }]);

test('defaults, then preset, then command line', () => {
  const config = resolveOptions(schema, [
    { name: 'preset quick', values: { epochs: 7, learningRate: 0.1 } },
    { name: 'command line', values: { epochs: 9 } },
  ]);
  expect(config).toMatchObject({ epochs: 9, learningRate: 0.1, dataset: 'auto', force: false });
});

test('every way to write an option', () => {
  expect(parse('--epochs=3', '--learningRate', '1e-4', '--force', '--activations=relu, gelu')).toEqual({ epochs: 3, learningRate: 1e-4, force: true, activations: ['relu', 'gelu'] });
  expect(parse('--learning-rate=0.1', '--no-force', '--dataDir=a=b')).toEqual({ learningRate: 0.1, force: false, dataDir: 'a=b' });
  expect(parse('--dataDir=none')).toEqual({ dataDir: null });
});

test.each([
  [['--epoch=3'], /unknown option --epoch \(did you mean epochs\?\)\noptions: --dataset --dataDir/],
  [['--bogus'], /unknown option --bogus\noptions:/],
  [['epochs=3'], /unexpected argument "epochs=3"/],
  [['--epochs'], /--epochs: a value is missing/],
  [['--epochs', '--force'], /--epochs: a value is missing/],
  [['--epochs=1', '--epochs=2'], /--epochs is given twice/],
  [['--epochs=two'], /epochs \(command line\): expected an integer of at least 1, got "two"/],
  [['--epochs=0'], /epochs \(command line\): expected an integer of at least 1, got 0/],
  [['--epochs=1.5'], /expected an integer of at least 1, got 1.5/],
  [['--epochs='], /expected an integer of at least 1, got ""/],
  [['--dataset=cifar'], /dataset \(command line\): expected one of auto, mnist, got "cifar"/],
  [['--optimizers=sgd,adamw'], /optimizers \(command line\): expected a comma-separated list of sgd, adam, got sgd,adamw/],
  [['--force=maybe'], /force \(command line\): expected true or false, got "maybe"/],
])('%j is refused with what would be right', (argv, message) => {
  expect(() => resolve(...argv)).toThrow(UsageError);
  expect(() => resolve(...argv)).toThrow(message);
});

test('an unknown key of a preset is an error that lists the keys', () => {
  expect(() => resolveOptions(schema, [{ name: 'preset quick', values: { epoch: 3 } }])).toThrow(/preset quick: unknown key "epoch" \(did you mean epochs\?\); keys: dataset, dataDir/);
});

test('all problems are named at once', () => {
  expect(() => resolve('--epochs=0', '--dataset=x')).toThrow(/epochs.*\n.*dataset|dataset.*\n.*epochs/);
});

test('help lists every option with what it takes and its default', () => {
  const text = helpText({ command: 'run', summary: 'About.', fields, presets: ['paper', 'quick'], defaultPreset: 'quick', presetValues: { epochs: 2 } });
  for (const { name } of fields) expect(text).toContain(`--${name}`);
  expect(text).toContain('an integer of at least 1 [quick: 2; otherwise 5]');
  expect(text).toContain('one of auto, mnist [default auto]');
  expect(text).toContain('text, or none [default none]');
});

test('presets of an experiment', () => {
  expect(presetNames('resnet-cifar')).toEqual(expect.arrayContaining(['paper', 'quick']));
  expect(() => readPreset('resnet-cifar', 'papre')).toThrow(/unknown preset "papre" of resnet-cifar \(did you mean paper\?\)\npresets: .*paper, quick/);
});
