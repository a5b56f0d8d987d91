import { tensorFlowModule } from '../functions/load_tensorflow';
import type { AplArguments } from './apl';
import type { BiasActivationArguments } from './bias_activation';
import type { FusedActivationArguments } from './fused_activation';
import type { GatedArguments } from './gated';
import type { PReluArguments } from './prelu';
import type { RowwiseArguments } from './rowwise';
import type * as TensorFlowLayers from './tensorflow_layers';
import { describe } from '../registry/describe';
import type { ActivationSpec } from '../registry/types';
import { requireLayers } from '../tensorflow/given';

const load = tensorFlowModule<typeof TensorFlowLayers>('../layers/tensorflow_layers');

function registered(): typeof TensorFlowLayers {
  requireLayers();
  const module = load();
  module.register();
  return module;
}

/** @throws TypeError where the arguments of a layer are no object */
function checked<Arguments extends object | undefined>(layer: string, args: Arguments): Arguments {
  if (args !== undefined && (typeof args !== 'object' || (args as unknown) === null)) throw new TypeError(`layers.${layer}: expected an object of arguments, got ${describe(args)}`);
  return args;
}

/** As `checked`, for layers that need to be told their activation. */
function required<Arguments extends object>(layer: string, args: Arguments): Arguments {
  if ((args as unknown) === undefined) throw new TypeError(`layers.${layer}: expected an object with an activation, got undefined`);
  return checked(layer, args);
}

/** Layers for tf.sequential and functional models; saved and loaded by class name. Loading TensorFlow waits for the first call. */
export const layers = {
  /** y = f(x) of any pointwise activation: `layers.fusedActivation({ activation: 'leaky_relu', negativeSlope: 0.1 })`. */
  fusedActivation: (args: FusedActivationArguments): TensorFlowLayers.FusedActivation => new (registered().FusedActivation)(required('fusedActivation', args)),
  /** y = dropout(f(x + bias + residual)), the bias learned. */
  fusedBiasActivation: (args: BiasActivationArguments): TensorFlowLayers.FusedBiasActivation => new (registered().FusedBiasActivation)(required('fusedBiasActivation', args)),
  /** y = a g(b): `layers.gated({ activation: 'swiglu' })`. */
  gated: (args: GatedArguments): TensorFlowLayers.FusedGatedActivation => new (registered().FusedGatedActivation)(required('gated', args)),
  /** Softmax, log_softmax or sparsemax along one axis: `layers.rowwise({ activation: 'sparsemax' })`. */
  rowwise: (args: RowwiseArguments): TensorFlowLayers.FusedRowActivation => new (registered().FusedRowActivation)(required('rowwise', args)),
  /** PReLU with one slope per channel, layer or position. */
  prelu: (args?: PReluArguments): TensorFlowLayers.FusedPRelu => new (registered().FusedPRelu)(checked('prelu', args)),
  /** Adaptive piecewise linear units: `layers.apl({ segments: 5 })`. */
  apl: (args?: AplArguments): TensorFlowLayers.AdaptivePiecewiseLinear => new (registered().AdaptivePiecewiseLinear)(checked('apl', args)),
  /** An activation with parameters for `activation:` of a stock layer; see its limits in the documentation of `activationInstance`. */
  activation: (spec: ActivationSpec): ReturnType<typeof TensorFlowLayers.activationInstance> => registered().activationInstance(spec),
};

/**
 * Registers kernels, layer classes and activation names with TensorFlow.js. Every function here does so when it is first used; call it before loading a
 * saved model, or before naming an activation in a stock layer (`tf.layers.dense({ units, activation: 'squared_relu' })`).
 */
export function register(): void {
  registered();
}

/**
 * Runs existing models fused by taking the place of the stock kernels (`tf.relu`, `tf.elu`, ...).
 * @returns a function that puts the stock kernels back
 */
export function fuseStockActivations(): () => void {
  return registered().fuseStockActivations();
}
