import { parseCommandLine } from '../../config/command_line';
import { fieldsOf } from '../../config/fields';
import { presetNames, readPreset } from '../../config/presets';
import { resolveOptions } from '../../config/resolve';
import { armsOf, refusal } from './arms';
import { benchStepsOptions } from './options';

const resolve = (...argv: string[]) => resolveOptions(benchStepsOptions, [{ name: 'command line', values: parseCommandLine(argv, fieldsOf(benchStepsOptions)).values }]);

test('the options of the command line', () => {
  expect(resolve('--models=apl,cnn', '--batchSize=8', '--segments=1,2', '--peers=keras', '--samples=3', '--json=rows.json')).toMatchObject({ models: ['apl', 'cnn'], batchSize: 8, segments: [1, 2], peers: ['keras'], samples: 3, json: 'rows.json' });
  expect(resolve('--peers=').peers).toEqual([]);
});

test.each([
  [['--models=cnn,vgg'], /models \(command line\): expected a comma-separated list of cnn, resnet50, bert-tiny, bert-tiny-dropout, apl, apl-cnn, got cnn,vgg/],
  [['--models='], /models \(command line\): expected a comma-separated list of cnn, resnet50, bert-tiny, bert-tiny-dropout, apl, apl-cnn/],
  [['--peers=jax'], /peers \(command line\): expected a comma-separated list of composite, stock, captured, repaired, keras, torch, got jax/],
  [['--segments=0'], /segments \(command line\): expected a comma-separated list/],
  [['--tokens=513'], /tokens \(command line\): expected an integer from 1 to 512, got 513/],
  [['--batchSize=0'], /batchSize \(command line\): expected an integer of at least 1, got 0/],
  [['--samples=2'], /samples \(command line\): expected an integer of at least 3, got 2/],
  [['--batch=64'], /unknown option --batch/],
])('%j is refused with what would be right', (argv, message) => {
  expect(() => resolve(...argv)).toThrow(message);
});

test.each(['bench-steps', 'bench-apl'])('every preset of %s is valid', (experiment) => {
  expect(presetNames(experiment)).toContain('quick');
  for (const preset of presetNames(experiment)) expect(() => resolveOptions(benchStepsOptions, [{ name: preset, values: readPreset(experiment, preset) }])).not.toThrow();
});

test('ours comes first, then the peers in one order; with APL each program runs the network with ReLU too', () => {
  expect(armsOf('cnn', ['keras', 'stock'])).toEqual(['ours', 'stock', 'keras']);
  expect(armsOf('apl', ['repaired'])).toEqual(['ours', 'ours-relu', 'repaired', 'repaired-relu']);
});

test('peers that cannot take the steps of a model are left out, with the reason', () => {
  expect(armsOf('bert-tiny', ['torch', 'captured', 'stock', 'composite'])).toEqual(['ours', 'stock', 'torch']);
  expect(refusal('bert-tiny', 'captured')).toContain('tf.gather');
  expect(armsOf('apl-cnn', ['torch'])).toEqual(['ours', 'ours-relu']);
  expect(refusal('apl', 'torch')).toBeUndefined();
});
