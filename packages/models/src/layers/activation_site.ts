import type * as tf from '@cuda-activations/runtime';
import { layers as fusedLayers, resolveActivation, type ActivationSpec, type AplInitialization } from 'cuda-activations';
import { oneOf } from './arguments';
import { StockActivation } from './stock_activation';

/** Ways to compute an activation: one fused kernel, or TensorFlow.js's own ops. */
export const ACTIVATION_IMPLEMENTATIONS = ['fused', 'stock'] as const;
/** A way to compute an activation. */
export type ActivationImplementation = (typeof ACTIVATION_IMPLEMENTATIONS)[number];

/** Layers made by {@link activationSite}, of any model, new or loaded. */
const SITE = /(^|\.)act\d*$/;

/** How the hinges of APL are made at every site of a model; what is left out is the layer's default. */
export interface AplSiteOptions {
  readonly segments?: number;
  readonly sharing?: 'channel' | 'layer' | 'position';
  readonly initialization?: AplInitialization;
}

/** What goes to the activation sites of a model. */
export interface SiteOptions {
  /** A pointwise or learned activation of the registry, by name or with parameters. */
  readonly activation: ActivationSpec;
  readonly implementation: ActivationImplementation;
  /** Of the initial values of learned activations. */
  readonly seed: number;
  readonly apl?: AplSiteOptions | undefined;
}

/**
 * A layer for one activation site of a model. PReLU learns its slopes per channel, APL its hinges as `apl` says, by default per channel.
 *
 * @param name ends in `act` and a number, which is how {@link activationSites} finds it again
 */
export function activationSite(name: string, { activation, implementation, seed, apl = {} }: SiteOptions): tf.layers.Layer {
  oneOf('activationImplementation', implementation, ACTIVATION_IMPLEMENTATIONS);
  if (implementation === 'stock') return new StockActivation({ activation, name });
  switch (resolveActivation(activation, ['pointwise', 'perChannel']).name) {
    case 'prelu':
      return fusedLayers.prelu({ name });
    case 'apl': {
      // Every site draws its own, reproducibly.
      const siteSeed = [...name].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0, seed);
      return fusedLayers.apl({ name, seed: siteSeed, ...apl });
    }
    default:
      return fusedLayers.fusedActivation({ activation, name });
  }
}

/** The activation layers of a model of this package, in the order of the forward pass. */
export function activationSites(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.filter(({ name }) => SITE.test(name));
}
