import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import type { layers } from 'cuda-activations';
import { activationSites } from '../layers/activation_site';
import { expectGradients, expectSameAfterSaving } from '../testing/check_model';
import { countParameters, namedParameters } from '../weights/named_parameters';
import { torchWeights } from '../weights/torch_weights';
import { createAplCnn } from './create_apl_cnn';
import { createAplNet } from './create_apl_net';

const sites = (model: tf.LayersModel): string[] => activationSites(model).map(({ name }) => name);
const sides = (model: tf.LayersModel): number[] => ['pool1', 'pool2', 'pool3'].map((name) => (model.getLayer(name).outputShape as number[])[1] ?? 0);
const dropouts = (model: tf.LayersModel): unknown[] => model.layers.flatMap((layer) => (layer.getClassName() === 'StatefulDropout' ? [layer.getConfig()['rate']] : []));

/** A small image, so that the large layers stay cheap. */
const small = { inputShape: [16, 16, 3] } as const;

describe('createAplCnn', () => {
  it('is the network of the paper', () => {
    const model = createAplCnn({ activation: 'relu' });
    expect(countParameters(model)).toBe(10_071_562);
    expect(sides(model)).toEqual([15, 7, 3]);
    expect(dropouts(model)).toEqual([0.25, 0.25, 0.25, 0.5, 0.5]);
    expect(sites(model)).toEqual(['act1', 'act2', 'act3', 'act4', 'act5']);
    model.dispose();
  });

  it.each([
    ['authors', 'apl', 3],
    ['authors', 'relu', 5],
    ['active', 'apl', 5],
    ['linear', 'relu', 3],
  ] as const)('head %s with %s has %i activations', (head, activation, count) => {
    const model = createAplCnn({ ...small, head, activation });
    expect(sites(model)).toHaveLength(count);
    model.dispose();
  });

  it('has 960 S parameters more with APL per channel at the three convolutions', () => {
    const count = (options: object): number => {
      const model = createAplCnn({ ...small, head: 'linear', ...options });
      const parameters = countParameters(model);
      model.dispose();
      return parameters;
    };
    expect(count({ apl: { segments: 5 } }) - count({ activation: 'relu' })).toBe(4800);
    expect(count({ apl: { segments: 1 } }) - count({ activation: 'relu' })).toBe(960);
  });

  it("as Caffe's has its sizes, its dropout, its weights and hinges at every position", () => {
    const model = createAplCnn({ variant: 'caffe', apl: { segments: 1, sharing: 'position', initialization: 'agostinelli2014' } });
    expect(sides(model)).toEqual([16, 8, 4]);
    expect(dropouts(model)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5]);
    const layer = model.getLayer('act1') as ReturnType<typeof layers.apl>;
    expect(layer.shapes().unitShape).toEqual([32, 32, 96]);
    // The original counts 151,552 units over its five sites with S = 5; here the three of the convolutions.
    const units = ['act1', 'act2', 'act3', 'act4', 'act5'].map((name) => (model.getLayer(name) as ReturnType<typeof layers.apl>).shapes().units);
    expect(units.slice(0, 3).reduce((sum, count) => sum + count, 0)).toBe(32 * 32 * 96 + 16 * 16 * 128 + 8 * 8 * 256);
    expect(units.reduce((sum, count) => sum + count, 0)).toBe(151_552);
    const rootMeanSquare = (name: string): number => {
      const { data } = torchWeights(model)[name] as { data: Float32Array };
      return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
    };
    expect(rootMeanSquare('conv1.weight') / 1e-4).toBeCloseTo(1, 1);
    expect(rootMeanSquare('fc2.weight') / 0.01).toBeCloseTo(1, 2);
    model.dispose();
  });

  it('learns every parameter, and is the same after saving, with its masks where they were', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'activations-apl-'));
    try {
      const model = createAplCnn({ ...small, apl: { segments: 2 } });
      expectGradients(model, namedParameters(model));
      const loaded = await expectSameAfterSaving(model, folder);
      const images = tf.randomNormal([2, 16, 16, 3], 0, 1, 'float32', 1);
      const trained = (of: tf.LayersModel): Float32Array => (of.apply(images, { training: true }) as tf.Tensor).dataSync() as Float32Array;
      expect(trained(loaded)).toEqual(trained(model));
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('refuses what it does not know', () => {
    expect(() => createAplCnn({ variant: 'torch' as 'caffe' })).toThrow('variant: expected one of park, caffe, got "torch"');
    expect(() => createAplCnn({ head: 'none' as 'linear' })).toThrow('head: expected one of authors, active, linear, got "none"');
  });
});

describe('createAplNet', () => {
  it.each([
    [3, 76_298],
    [5, 150_154],
    [7, 224_010],
  ])('of %i convolutions has %i parameters and one activation less as the authors have it', (depth, parameters) => {
    const theirs = createAplNet({ depth, firstActivation: false, activation: 'relu' });
    expect(countParameters(theirs)).toBe(parameters);
    expect(sites(theirs)).toHaveLength(depth - 1);
    expect(sites(theirs)[0]).toBe('act2');
    expect(sites(createAplNet({ depth, activation: 'relu' }))).toHaveLength(depth);
    expect(countParameters(createAplNet({ depth, firstActivation: false })) - parameters).toBe(640 * (depth - 1));
    expect(theirs.outputShape).toEqual([null, 10]);
  });

  it('needs two convolutions', () => {
    expect(() => createAplNet({ depth: 1 })).toThrow('depth: expected an integer of at least 2, got 1');
  });
});
