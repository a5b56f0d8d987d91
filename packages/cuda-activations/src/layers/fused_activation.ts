import type * as tf from '@cuda-activations/runtime';
import * as tensorFunctions from '../functions/tensor_functions';
import { camelCase, settleParameters } from '../registry/parameters';
import { resolveActivation } from '../registry/registry';
import type { PointwiseName } from '../generated/activations';
import type { ActivationSpec, CamelCase, PointwiseOptions, ResolvedActivation } from '../registry/types';
import { type LayerArguments, layerArgumentNames, onlyTensor } from './layer_arguments';
import { tfjs } from '../tensorflow/tfjs';

/** `{ activation: 'leaky_relu', negativeSlope: 0.1 }`: a pointwise activation and its parameters, beside the options of every layer. */
export type FusedActivationArguments = LayerArguments &
  ({ [N in PointwiseName]: { readonly activation: N | CamelCase<N> } & PointwiseOptions<N> }[PointwiseName] | { readonly activation: ActivationSpec | ResolvedActivation });

/** Settles `activation` with parameters inside it or beside it. */
export function settleLayerActivation(args: { readonly activation: unknown }, ignored: ReadonlySet<string>): ResolvedActivation {
  const spec = args.activation as Parameters<typeof resolveActivation>[0] | ResolvedActivation;
  const base = typeof spec === 'object' && 'info' in spec ? (spec as ResolvedActivation) : resolveActivation(spec as string, ['pointwise']);
  const beside = Object.entries(args).filter(([key, value]) => key !== 'activation' && value !== undefined && !ignored.has(key));
  const given = { ...base.parameters, ...Object.fromEntries(beside.map(([key, value]) => [tableName(base, key), value])) };
  const values = settleParameters(base.info, given);
  return values.every((value, i) => value === base.values[i]) ? base : resolveActivation({ name: base.name, ...given });
}

const tableName = (activation: ResolvedActivation, key: string): string =>
  activation.info.parameters.find((parameter) => camelCase(parameter.name) === key)?.name ?? key;

/** The entries of getConfig that make the same activation again. */
export function activationConfig(activation: ResolvedActivation): tf.serialization.ConfigDict {
  const parameters = Object.entries(activation.parameters).map(([name, value]) => [camelCase(name), value] as const);
  return { activation: activation.name, ...Object.fromEntries(parameters) };
}

/** y = f(x), elementwise, as one fused op. */
export class FusedActivation extends tfjs.layers.Layer {
  static readonly className = 'FusedActivation';
  readonly activation: ResolvedActivation;

  constructor(args: FusedActivationArguments) {
    super(args);
    this.supportsMasking = true;
    this.activation = settleLayerActivation(args, layerArgumentNames);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tfjs.tidy(() => tensorFunctions.pointwise(onlyTensor(this.name, inputs), this.activation));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...activationConfig(this.activation) };
  }
}
