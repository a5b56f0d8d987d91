import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type * as tf from '@cuda-activations/runtime';
import { ACTIVATION_IMPLEMENTATIONS, activationSites } from '../layers/activation_site';
import { expectClose, randomImage, toTensor } from '../layers/testing/compare';
import * as reference from '../layers/testing/reference';
import { TorchGenerator } from '../random/torch_generator';
import { expectAuthorsWeights, expectGradients, expectSameAfterSaving } from '../testing/check_model';
import { countParameters, namedParameters } from '../weights/named_parameters';
import { loadTorchWeights, torchWeights, type TorchWeights } from '../weights/torch_weights';
import { createCnn } from './create_cnn';

const stock = { activationImplementation: 'stock' } as const;

describe.each([
  ['mnist', 44_426, [24, 12, 8, 4]],
  ['cifar10', 62_006, [28, 14, 10, 5]],
] as const)('createCnn for %s', (input, parameters, sides) => {
  it('has the parameters, shapes and sites of the paper', () => {
    const model = createCnn({ input });
    expect(countParameters(model)).toBe(parameters);
    expect(['conv1', 'pool1', 'conv2', 'pool2'].map((name) => (model.getLayer(name).outputShape as number[])[1])).toEqual(sides);
    expect(model.outputShape).toEqual([null, 10]);
    expect(activationSites(model).map(({ name }) => name)).toEqual(['act1', 'act2', 'act3', 'act4']);
    expect(namedParameters(model).map(({ name }) => name)).toEqual(['conv1', 'conv2', 'fc1', 'fc2', 'fc3'].flatMap((name) => [`${name}.weight`, `${name}.bias`]));
  });

  it("starts from the authors' weights", () => {
    expectAuthorsWeights(createCnn({ input, initialization: 'authors' }), input === 'mnist' ? 'cnn/MNIST' : 'cnn/CIFAR-10');
  });

  it.each(ACTIVATION_IMPLEMENTATIONS)('computes what PyTorch would (%s)', (activationImplementation) => {
    const model = createCnn({ input, activation: 'tanh', activationImplementation, seed: 5 });
    const weights = torchWeights(model);
    const side = input === 'mnist' ? 28 : 32;
    const images = randomImage([2, side, side, input === 'mnist' ? 1 : 3]);
    const weight = (name: string): TorchWeights[string] => weights[name] as TorchWeights[string];
    let x = images;
    for (const conv of ['conv1', 'conv2']) {
      x = reference.map(reference.conv2d(x, weight(`${conv}.weight`), weight(`${conv}.bias`).data, 1, 0), Math.tanh);
      x = reference.maxPool2d(x, 2, 2, 0);
    }
    const logits = [0, 1].flatMap((n) => {
      let y = reference.flattenChannelsFirst(x, n);
      for (const fc of ['fc1', 'fc2', 'fc3']) {
        y = reference.linear(y, weight(`${fc}.weight`), weight(`${fc}.bias`).data);
        if (fc !== 'fc3') y = y.map(Math.tanh);
      }
      return y;
    });
    expectClose((model.apply(toTensor(images)) as tf.Tensor).dataSync(), logits);
  });
});

describe('createCnn', () => {
  it.each([
    ['prelu', ['slope']],
    ['apl', ['a', 'b']],
  ] as const)('learns the parameters of %s, reproducibly, without moving the other weights', async (activation, parts) => {
    const model = createCnn({ input: 'mnist', activation });
    const [weights, again, plain] = [torchWeights(model), torchWeights(createCnn({ input: 'mnist', activation })), torchWeights(createCnn({ input: 'mnist' }))];
    expect(again).toEqual(weights);
    const learned = Object.keys(weights).filter((name) => !(name in plain));
    expect(learned).toEqual([1, 2, 3, 4].flatMap((site) => parts.map((part) => `act${site}.${part}`)));
    for (const name of Object.keys(plain)) expect(weights[name]).toEqual(plain[name]);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'activations-cnn-'));
    try {
      expectGradients(model, namedParameters(model));
      await expectSameAfterSaving(model, folder);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('draws other parameters for another seed and another site', () => {
    const slopes = (seed: number, site: number): TorchWeights[string] => torchWeights(createCnn({ activation: 'apl', seed }))[`act${site}.a`] as TorchWeights[string];
    expect(slopes(1, 1)).not.toEqual(slopes(2, 1));
    expect(slopes(1, 1).data[0]).not.toBe(slopes(1, 2).data[0]);
  });

  it('gives a gradient to every weight', () => {
    const model = createCnn({ input: 'mnist', activation: 'elu' });
    expectGradients(model, namedParameters(model));
  });

  it.each(ACTIVATION_IMPLEMENTATIONS)('is saved and loaded (%s)', async (activationImplementation) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'activations-cnn-'));
    try {
      const model = createCnn({ input: 'mnist', activation: { name: 'leaky_relu', negativeSlope: 0.01 }, activationImplementation });
      const loaded = await expectSameAfterSaving(model, folder);
      expect(activationSites(loaded)).toHaveLength(4);
      expect(namedParameters(loaded).map(({ name }) => name)).toEqual(namedParameters(model).map(({ name }) => name));
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('starts equally for every activation and differently for every seed', () => {
    const first = (options: object): number => (torchWeights(createCnn({ input: 'mnist', ...stock, ...options }))['fc2.weight'] as TorchWeights[string]).data[7] as number;
    expect(first({ activation: 'selu' })).toBe(first({ activation: 'sigmoid' }));
    expect(first({ seed: 1 })).not.toBe(first({ seed: 2 }));
  });

  it.each([
    ['heNormal', Math.sqrt(2 / 400)],
    ['heUniform', Math.sqrt(2 / 400)],
    ['lecunNormal', Math.sqrt(1 / 400)],
    ['lecunUniform', Math.sqrt(1 / 400)],
    ['glorotNormal', Math.sqrt(2 / 520)],
    ['glorotUniform', Math.sqrt(2 / 520)],
  ] as const)('%s has its standard deviation, biases 0', (initialization, deviation) => {
    const weights = torchWeights(createCnn({ initialization, ...stock }));
    const { data } = weights['fc1.weight'] as TorchWeights[string];
    const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    // 48,000 values: the relative error of the deviation is 0.3 %.
    expect(Math.sqrt(variance) / deviation).toBeCloseTo(1, 1.7);
    expect(Math.max(...(weights['conv1.bias'] as TorchWeights[string]).data.map(Math.abs))).toBe(0);
  });

  it('leaves its generator where the batch order begins', () => {
    const generator = new TorchGenerator(42);
    createCnn({ input: 'mnist', initialization: 'authors', generator, ...stock });
    const reference = new TorchGenerator(42);
    reference.skipUniform(44_426);
    expect(generator.uint32()).toBe(reference.uint32());
  });

  it('refuses what it does not know', () => {
    expect(() => createCnn({ activation: 'reluu' as 'relu' })).toThrow(/unknown name "reluu"; did you mean "relu"/);
    expect(() => createCnn({ input: 'svhn' as 'mnist' })).toThrow('input: expected mnist, cifar10 or [height, width, channels], got "svhn"');
    expect(() => createCnn({ initialization: 'xavier' as 'torch' })).toThrow(/initialization: expected one of torch, authors, .*, got "xavier"/);
    expect(() => createCnn({ activationImplementation: 'slow' as 'stock' })).toThrow('activationImplementation: expected one of fused, stock, got "slow"');
    expect(() => createCnn({ activation: 'glu' })).toThrow(/glu is of family gated, expected pointwise or perChannel/);
    expect(() => createCnn({ classes: 0 })).toThrow('classes: expected an integer of at least 1, got 0');
  });
});

describe('loadTorchWeights', () => {
  const source = torchWeights(createCnn({ input: 'mnist', seed: 3, ...stock }));

  it('sets every weight', () => {
    const model = createCnn({ input: 'mnist', seed: 4, ...stock });
    loadTorchWeights(model, { ...source, 'bn1.num_batches_tracked': { shape: [], data: new Float32Array(1) } });
    expect(torchWeights(model)).toEqual(source);
  });

  it('names what is missing, unknown or misshapen, and changes nothing', () => {
    const model = createCnn({ input: 'mnist', seed: 4, ...stock });
    const before = torchWeights(model);
    const { 'fc3.bias': bias, ...rest } = source;
    expect(() => loadTorchWeights(model, rest)).toThrow('weights: expected fc3.bias among them; 1 of 10 are missing');
    expect(() => loadTorchWeights(model, { ...source, 'fc4.bias': bias as TorchWeights[string] })).toThrow('weights: cnn has no fc4.bias');
    const wrong = { shape: [5], data: new Float32Array(5) };
    expect(() => loadTorchWeights(model, { ...source, 'fc3.bias': wrong })).toThrow('weights: expected fc3.bias of shape [10], got [5] with 5 values');
    expect(torchWeights(model)).toEqual(before);
  });
});
