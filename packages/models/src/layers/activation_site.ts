import type * as tf from '@cuda-activations/runtime';
import { layers as fusedLayers, type ActivationSpec } from 'cuda-activations';
import { oneOf } from './arguments';
import { StockActivation } from './stock_activation';

/** Ways to compute an activation: one fused kernel, or TensorFlow.js's own ops. */
export const ACTIVATION_IMPLEMENTATIONS = ['fused', 'stock'] as const;
/** A way to compute an activation. */
export type ActivationImplementation = (typeof ACTIVATION_IMPLEMENTATIONS)[number];

/** Layers made by {@link activationSite}, of any model, new or loaded. */
const SITE = /(^|\.)act\d*$/;

/**
 * A layer for one activation site of a model.
 *
 * @param activation name of the registry, or name and parameters
 * @param name ends in `act` and a number, which is how {@link activationSites} finds it again
 */
export function activationSite(activation: ActivationSpec, implementation: ActivationImplementation, name: string): tf.layers.Layer {
  oneOf('activationImplementation', implementation, ACTIVATION_IMPLEMENTATIONS);
  return implementation === 'stock' ? new StockActivation({ activation, name }) : fusedLayers.fusedActivation({ activation, name });
}

/** The activation layers of a model of this package, in the order of the forward pass. */
export function activationSites(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.filter(({ name }) => SITE.test(name));
}
