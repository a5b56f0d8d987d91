import * as tf from '@cuda-activations/runtime';
import type { ActivationSpec } from 'cuda-activations';
import { DEFAULT_SEED, initialize, type InitializationOptions } from '../initialization/initialize';
import { cnnRecipe } from '../initialization/torch_recipes';
import { activationSite, type ActivationImplementation, type AplSiteOptions } from '../layers/activation_site';
import { positiveInteger } from '../layers/arguments';
import { Conv2d } from '../layers/conv2d';
import { linear } from '../layers/linear';

/** Options of {@link createAplNet}. */
export interface AplNetOptions extends InitializationOptions {
  /** Convolutions, at least 2. Default 5. */
  readonly depth?: number;
  /** Whether an activation follows the first convolution; in the code of Park et al. none does. Default true. */
  readonly firstActivation?: boolean;
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
 * The network of the experiment with depth: `depth` times conv 3x3 (64) - act, global average pool, fc classes; no pools, no
 * normalisation, no dropout. Float images [batch, height, width, channels] to logits [batch, classes].
 *
 * 76,298, 150,154 and 224,010 parameters at 3, 5 and 7 convolutions, without those of the activations.
 *
 * Source: Park et al. 2024, code 3.
 */
export function createAplNet(options: AplNetOptions = {}): tf.LayersModel {
  const { depth = 5, firstActivation = true, inputShape = [32, 32, 3], classes = 10, activation = 'apl', activationImplementation = 'fused', seed = DEFAULT_SEED, apl } = options;
  positiveInteger('classes', classes);
  if (!Number.isInteger(depth) || depth < 2) throw new RangeError(`depth: expected an integer of at least 2, got ${depth}`);
  const layers = Array.from({ length: depth }, (_, i) => [
    new Conv2d({ name: `conv${i + 1}`, filters: 64, kernelSize: 3, padding: 1 }),
    ...(i > 0 || firstActivation ? [activationSite(`act${i + 1}`, { activation, implementation: activationImplementation, seed, apl })] : []),
  ]);
  const model = tf.sequential({
    name: 'apl_net',
    layers: [tf.layers.inputLayer({ inputShape: [...inputShape], name: 'images' }), ...layers.flat(), tf.layers.globalAveragePooling2d({ name: 'avgpool' }), linear('fc', classes)],
  });
  return initialize(model, options, cnnRecipe);
}
