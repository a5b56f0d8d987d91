import { answerOf, check } from '@cuda-activations/tools/properties';
import * as tf from '@cuda-activations/runtime';
import fc from 'fast-check';
import { layers, register } from '../index';
import { listActivations } from '../registry/registry';
import { camelCase } from '../registry/parameters';
import { anyNumber, anyValue } from '../testing/hostile';

beforeAll(register);

type Make = (args: unknown) => tf.layers.Layer;
const kinds = Object.entries(layers).filter(([name]) => name !== 'activation') as unknown as [string, Make][];

const names = listActivations().map(({ name }) => name);
const parameterNames = [...new Set(listActivations().flatMap(({ parameters }) => parameters.map(({ name }) => camelCase(name))))];
const argument: fc.Arbitrary<readonly [string, unknown]> = fc.oneof(
  fc.tuple(fc.constant('activation'), fc.oneof({ weight: 5, arbitrary: fc.constantFrom<unknown>(...names) }, { weight: 1, arbitrary: anyValue })),
  fc.tuple(fc.constant('dataFormat'), fc.oneof(fc.constantFrom<unknown>('channelsFirst', 'channelsLast'), anyValue)),
  fc.tuple(fc.constant('sharing'), fc.oneof(fc.constantFrom<unknown>('channel', 'layer', 'position'), anyValue)),
  fc.tuple(fc.constantFrom('segments', 'seed', 'dropoutRate', 'axis', ...parameterNames), anyNumber as fc.Arbitrary<unknown>),
  fc.tuple(fc.constantFrom('segments', 'seed', 'dropoutRate', 'axis', 'initialization', ...parameterNames), anyValue),
);
const someArguments = fc.array(argument, { maxLength: 3 }).map((entries) => Object.fromEntries(entries) as Record<string, unknown>);
const inputShape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });

/** What must not be taken for memory that is there: a layer of a billion weights is the user's to ask for. */
const affordable = (args: Record<string, unknown>): boolean => !(typeof args['segments'] === 'number' && args['segments'] > 1000);

const values = (tensor: tf.Tensor): Buffer => Buffer.from(tensor.dataSync().slice().buffer);

test('a layer is made, applied and made again from its configuration, or its arguments are refused', () => {
  check(fc.property(fc.constantFrom(...kinds), fc.oneof({ weight: 6, arbitrary: someArguments as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: anyValue }), inputShape, ([, make], args, shape) => {
    if (typeof args === 'object' && args !== null && !affordable(args as Record<string, unknown>)) return;
    const before = tf.memory().numTensors;
    answerOf(() => {
      const layer = make(args);
      try {
        tf.tidy(() => {
          const x = tf.ones([2, ...shape]);
          const y = layer.apply(x) as tf.Tensor;
          expect(y.shape).toEqual(layer.computeOutputShape(x.shape));
          // Saved models are this configuration as JSON.
          const config = JSON.parse(JSON.stringify(layer.getConfig())) as tf.serialization.ConfigDict;
          const type = layer.constructor as unknown as { fromConfig(type: unknown, config: tf.serialization.ConfigDict): tf.layers.Layer };
          const again = type.fromConfig(type, { ...config, name: `${layer.name}_again` });
          try {
            again.apply(x);
            again.setWeights(layer.getWeights());
            expect(values(again.apply(x) as tf.Tensor)).toEqual(values(y));
          } finally {
            if (again.built) again.dispose();
          }
        });
      } finally {
        if (layer.built) layer.dispose();
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  }), { sample: 500, share: 0.2 });
});
