import * as tf from '@cuda-activations/runtime';
import { resolveActivation, type ActivationSpec } from 'cuda-activations';
import { DEFAULT_SEED, initialize, type InitializationOptions } from '../initialization/initialize';
import { cnnRecipe, normalRecipe } from '../initialization/torch_recipes';
import { activationSite, type ActivationImplementation, type AplSiteOptions } from '../layers/activation_site';
import { oneOf, positiveInteger } from '../layers/arguments';
import { Conv2d } from '../layers/conv2d';
import { Dropout } from '../layers/dropout';
import { linear } from '../layers/linear';
import { AveragePool2d, MaxPool2d } from '../layers/pool2d';

/** Rates of dropout after each convolution's activation, each pool, and each hidden fully connected layer. */
interface Dropping {
  readonly convolution: readonly [number, number, number];
  readonly pool: readonly [number, number, number];
  readonly hidden: readonly [number, number];
}

/** Whose network: of Park et al. 2024 (PyTorch), or of Agostinelli et al. (Caffe, December 2014). */
const VARIANTS = {
  park: { rounding: 'floor', dropping: { convolution: [0, 0, 0], pool: [0.25, 0.25, 0.25], hidden: [0.5, 0.5] }, recipe: cnnRecipe },
  caffe: {
    rounding: 'ceil',
    dropping: { convolution: [0.25, 0.25, 0.25], pool: [0.25, 0.25, 0.5], hidden: [0.5, 0.5] },
    recipe: normalRecipe(({ name }) => (name === 'conv1.weight' ? 1e-4 : 0.01)),
  },
} as const satisfies Readonly<Record<string, { readonly rounding: 'floor' | 'ceil'; readonly dropping: Dropping; readonly recipe: unknown }>>;

/** Names of the variants. */
export const APL_CNN_VARIANTS = Object.keys(VARIANTS) as readonly (keyof typeof VARIANTS)[];

/**
 * Whether the two hidden fully connected layers have an activation: `active`, none (`linear`), or as Park et al.: `authors`, where
 * APL has none and every other activation has one.
 */
export const APL_HEADS = ['authors', 'active', 'linear'] as const;

/** Options of {@link createAplCnn}. */
export interface AplCnnOptions extends InitializationOptions {
  /** Default `park`. */
  readonly variant?: (typeof APL_CNN_VARIANTS)[number];
  /** Default `active`. */
  readonly head?: (typeof APL_HEADS)[number];
  /** Height, width and channels. Default 32, 32, 3. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** Default 10. */
  readonly classes?: number;
  /** Default `apl`. */
  readonly activation?: ActivationSpec;
  /** Default `fused`. */
  readonly activationImplementation?: ActivationImplementation;
  readonly apl?: AplSiteOptions | undefined;
}

/**
 * The network of the experiments with APL: conv 5x5 (96) - act - max pool 3/2 - conv 5x5 (128) - act - average pool 3/2 -
 * conv 5x5 (256) - act - average pool 3/2 - fc 2048 - [act] - fc 2048 - [act] - fc classes, with dropout. Float images
 * [batch, height, width, channels] to logits [batch, classes].
 *
 * 10,071,562 parameters as `park` without those of the activations. Caffe rounds the sizes of pools up: 32-16-8-4, not 32-15-7-3.
 *
 * Source: Agostinelli et al. 2015 (arXiv:1412.6830); Park et al. 2024, codes 0 to 2.
 */
export function createAplCnn(options: AplCnnOptions = {}): tf.LayersModel {
  const { variant = 'park', head = 'active', inputShape = [32, 32, 3], classes = 10, activation = 'apl', activationImplementation = 'fused', seed = DEFAULT_SEED, apl } = options;
  oneOf('variant', variant, APL_CNN_VARIANTS);
  oneOf('head', head, APL_HEADS);
  positiveInteger('classes', classes);
  const { rounding, dropping, recipe } = VARIANTS[variant];
  const act = (site: number): tf.layers.Layer => activationSite(`act${site}`, { activation, implementation: activationImplementation, seed, apl });
  let dropouts = 0;
  const drop = (rate: number): tf.layers.Layer[] => (rate === 0 ? [] : [new Dropout({ name: `drop${++dropouts}`, rate, seed: (seed + 7919 * dropouts) % 2 ** 31 })]);
  const window = { poolSize: 3, stride: 2, rounding };
  const pools = [new MaxPool2d({ name: 'pool1', ...window }), new AveragePool2d({ name: 'pool2', ...window }), new AveragePool2d({ name: 'pool3', ...window })];
  const blocks = [96, 128, 256].flatMap((filters, i) => [
    new Conv2d({ name: `conv${i + 1}`, filters, kernelSize: 5, padding: 2 }),
    act(i + 1),
    ...drop(dropping.convolution[i] ?? 0),
    pools[i] as tf.layers.Layer,
    ...drop(dropping.pool[i] ?? 0),
  ]);
  const active = head === 'active' || (head === 'authors' && resolveActivation(activation, ['pointwise', 'perChannel']).name !== 'apl');
  const hidden = [0, 1].flatMap((i) => [linear(`fc${i + 1}`, 2048), ...(active ? [act(i + 4)] : []), ...drop(dropping.hidden[i] ?? 0)]);
  const model = tf.sequential({
    name: 'apl_cnn',
    layers: [tf.layers.inputLayer({ inputShape: [...inputShape], name: 'images' }), ...blocks, tf.layers.flatten({ name: 'flatten' }), ...hidden, linear('fc3', classes)],
  });
  return initialize(model, options, recipe);
}
