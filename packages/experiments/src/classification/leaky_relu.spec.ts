import * as tf from '@cuda-activations/runtime';
import { ACTIVATION_IMPLEMENTATIONS, activationSites, TorchGenerator } from '@cuda-activations/models';
import { resolveActivation } from 'cuda-activations';
import { presetNames, readPreset } from '../config/presets';
import { resolveOptions } from '../config/resolve';
import { classificationOptions, optionsFor, type ClassificationConfig } from './config';
import { specificationOf } from './execute';
import { classificationExperiment } from './experiment';
import { createModel } from './model';
import { resultRuns, tuningRuns } from './plan';
import { SUBJECTS, subjectOf, type ClassificationSubject } from './subject';

const SHAPES = { mnist: [28, 28, 1], cifar: [32, 32, 3] } as const;

/** The configuration of a preset as it is run. */
function configOf(subject: ClassificationSubject, preset: string): ClassificationConfig {
  const { settle = (config) => config } = classificationExperiment(subject);
  return classificationOptions.parse(settle(resolveOptions(optionsFor(subject.model), [{ name: preset, values: readPreset(subject.experiment, preset) }])));
}

/** What the activation sites of a model of an experiment make of -1. */
function slopes(experiment: string, preset: string, implementation: (typeof ACTIVATION_IMPLEMENTATIONS)[number]): number[] {
  const subject = subjectOf(experiment);
  const specification = { ...specificationOf(subject, configOf(subject, preset), { shape: SHAPES[subject.family], classes: 10 }, 'leaky_relu', 1), implementation };
  const model = createModel(specification, new TorchGenerator(1));
  const values = activationSites(model).map((site) => tf.tidy(() => -((site.call(tf.tensor([-1], [1, 1, 1, 1]), {}) as tf.Tensor).dataSync()[0] ?? NaN)));
  model.dispose();
  return values.map((value) => Number(value.toPrecision(6)));
}

test.each(SUBJECTS.flatMap((subject) => presetNames(subject.experiment).map((preset) => [subject.experiment, preset] as const)))("%s, preset %s: every run of leaky_relu is one with the paper's slope of 0.01", (experiment, preset) => {
  const subject = subjectOf(experiment);
  const config = configOf(subject, preset);
  const data = { name: 'images', hash: '' };
  const runs = [...tuningRuns(subject, config, data), ...resultRuns(subject, config, data, () => 0.1)].filter(({ identity }) => 'negative_slope' in (identity['parameters'] as object));
  expect(new Set(runs.map(({ activation }) => activation))).toEqual(new Set(['leaky_relu']));
  for (const { identity } of runs) expect(identity['parameters']).toEqual({ negative_slope: 0.01 });
});

test.each(ACTIVATION_IMPLEMENTATIONS)('the sites of the CNN, %s, have it', (implementation) => {
  expect(slopes('cnn-mnist', 'paper', implementation)).toEqual([0.01, 0.01, 0.01, 0.01]);
  expect(slopes('cnn-cifar', 'corrected', implementation)).toEqual([0.01, 0.01, 0.01, 0.01]);
});

test('the stem of the ResNet has it as the authors run it, and every site in corrected runs', () => {
  expect(slopes('resnet-mnist', 'paper', 'fused')).toEqual([0.01, ...new Array<number>(48).fill(0)]);
  expect(slopes('resnet-cifar', 'corrected', 'fused')).toEqual(new Array<number>(49).fill(0.01));
}, 60_000);

test("the registry's default stays what it is for everybody else", () => {
  expect(resolveActivation('leaky_relu').parameters).toEqual({ negative_slope: 0.2 });
});
