import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { activationSites } from '../layers/activation_site';
import { expectClose, randomImage, toTensor } from '../layers/testing/compare';
import { TorchGenerator } from '../random/torch_generator';
import orders from '../random/testing/torch_check_values.json';
import { expectAuthorsWeights, expectGradients, expectSameAfterSaving } from '../testing/check_model';
import { assignTorch, countParameters, namedParameters } from '../weights/named_parameters';
import { torchWeights } from '../weights/torch_weights';
import { createResNet50, type ResNet50Options } from './create_resnet50';
import { referenceResNet50 } from './testing/reference_resnet50';

/** Makes a model for one test and frees its 90 MB afterwards. */
async function withModel(options: ResNet50Options, test: (model: tf.LayersModel) => void | Promise<void>): Promise<void> {
  const model = createResNet50(options);
  try {
    await test(model);
  } finally {
    model.dispose();
  }
}

// Each model has 23 million weights to draw.
jest.setTimeout(120_000);

const activationOf = (layer: tf.layers.Layer): unknown => layer.getConfig()['activation'];

describe.each([
  ['mnist', 23_522_250, [14, 7, 7, 4, 2, 1]],
  ['cifar', 23_520_842, [32, 16, 16, 8, 4, 2]],
] as const)('createResNet50 with the %s stem', (stem, parameters, sides) => {
  it("has the parameters and shapes of the paper, and starts from the authors' weights", async () => {
    const generator = new TorchGenerator(42);
    await withModel({ stem, initialization: 'authors', generator }, (model) => {
      expect(countParameters(model)).toBe(parameters);
      const stages = ['conv1', 'maxpool', 'layer1.2.act3', 'layer2.3.act3', 'layer3.5.act3', 'layer4.2.act3'];
      expect(stages.map((name) => (model.getLayer(name).outputShape as number[])[1])).toEqual(sides);
      expect((model.getLayer('avgpool').outputShape as number[])[1]).toBe(2048);
      expect(model.outputShape).toEqual([null, 10]);
      expectAuthorsWeights(model, stem === 'mnist' ? 'resnet50/MNIST' : 'resnet50/CIFAR-10');
      // The order of the first epoch follows on the same generator, so it tells whether every draw was made.
      generator.int64();
      const order = new TorchGenerator(generator.int64()).permutation(stem === 'mnist' ? 48_000 : 40_000);
      expect(Array.from(order.subarray(0, 10))).toEqual(orders.resNetFirstBatch[stem]);
    });
  });
});

describe('createResNet50', () => {
  it.each([
    ['mnist', [13, 11, 1]],
    ['cifar', [8, 7, 3]],
  ] as const)('computes what torchvision would, %s stem', (stem, inputShape) =>
    withModel({ stem, inputShape, activation: 'tanh' }, (model) => {
      for (const [i, parameter] of namedParameters(model).entries()) {
        // Statistics and scales other than 0 and 1, so that a swapped pair shows.
        const size = parameter.torchShape.length === 1 ? (parameter.torchShape[0] as number) : 0;
        if (size > 0) assignTorch(parameter, Float32Array.from(randomImage([1, 1, 1, size], i).data, (value) => 0.7 + 0.2 * Math.tanh(value)));
      }
      const images = randomImage([1, ...inputShape]);
      const logits = (model.apply(toTensor(images)) as tf.Tensor).dataSync();
      expectClose(logits, referenceResNet50(images, torchWeights(model), Math.tanh).flat());
    }),
  );

  it('puts the activation at all 49 sites', () =>
    withModel({ activation: 'selu' }, (model) => {
      const sites = activationSites(model);
      expect(sites).toHaveLength(49);
      expect(new Set(sites.map(activationOf))).toEqual(new Set(['selu']));
    }));

  it('puts the activation at the stem alone where told to', () =>
    withModel({ activation: 'selu', activationSites: 'stem' }, (model) => {
      const sites = activationSites(model).map((site) => [site.name, activationOf(site)]);
      expect(sites[0]).toEqual(['act1', 'selu']);
      expect(sites.slice(1).map(([, activation]) => activation)).toEqual(new Array(48).fill('relu'));
    }));

  it('has the weights of torchvision in its order, and a gradient for each', () =>
    withModel({ activation: 'elu' }, (model) => {
      const all = namedParameters(model);
      const names = all.map(({ name }) => name);
      const block = ['conv1.weight', ...statistics('bn1'), 'conv2.weight', ...statistics('bn2'), 'conv3.weight', ...statistics('bn3'), 'downsample.0.weight', ...statistics('downsample.1')];
      const first = ['conv1.weight', ...statistics('bn1'), ...block.map((name) => `layer1.0.${name}`), 'layer1.1.conv1.weight'];
      expect(names.slice(0, first.length)).toEqual(first);
      expect(names.slice(-2)).toEqual(['fc.weight', 'fc.bias']);
      // 53 convolutions, 53 normalisations of two weights and two statistics, and the head.
      expect([names.length, new Set(names).size, all.filter(({ trainable }) => trainable).length]).toEqual([53 * 5 + 2, 53 * 5 + 2, 53 * 3 + 2]);
      expectGradients(model, all);
    }));

  it('is saved and loaded, running statistics included', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'activations-resnet-'));
    try {
      await withModel({ stem: 'mnist', activation: 'gelu' }, async (model) => {
        tf.tidy(() => void model.apply(tf.randomNormal([8, 28, 28, 1], 0, 1, 'float32', 1), { training: true }));
        const loaded = await expectSameAfterSaving(model, folder);
        expect(activationSites(loaded).map(activationOf)).toEqual(new Array(49).fill('gelu'));
        loaded.dispose();
      });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('refuses what it does not know', () => {
    expect(() => createResNet50({ stem: 'imagenet' as 'cifar' })).toThrow('stem: expected one of mnist, cifar, got "imagenet"');
    expect(() => createResNet50({ activationSites: 'some' as 'all' })).toThrow('activationSites: expected one of stem, all, got "some"');
  });
});

const statistics = (name: string): string[] => ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${name}.${part}`);
