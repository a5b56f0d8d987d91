import type * as tf from '@cuda-activations/runtime';
import type { DataFormat } from '../functions/tensor_like';
import { describe } from '../registry/describe';
import { tfjs } from '../tensorflow/tfjs';

/** Options that every tf.layers layer takes: inputShape, name, trainable, ... */
export type LayerArguments = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;

/** Names of those options, and of the one that tf.layers adds when it loads a model; they are no parameters of an activation. */
export const layerArgumentNames: ReadonlySet<string> = new Set([
  'inputShape', 'batchInputShape', 'batchSize', 'dtype', 'name', 'trainable', 'weights', 'inputDType', 'customObjects',
] satisfies (keyof LayerArguments | 'customObjects')[]);

export function onlyTensor(layer: string, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const [tensor, ...more] = Array.isArray(inputs) ? inputs : [inputs];
  if (!tensor || more.length > 0) throw new Error(`${layer} takes one tensor, got ${String(more.length + (tensor ? 1 : 0))}`);
  return tensor;
}

export function onlyShape(layer: string, shape: tf.Shape | tf.Shape[]): tf.Shape {
  if (!Array.isArray(shape[0])) return shape as tf.Shape;
  const [only, ...more] = shape as tf.Shape[];
  if (!only || more.length > 0) throw new Error(`${layer} takes one tensor, got ${String(shape.length)}`);
  return only;
}

export function settleDataFormat(layer: string, value: unknown): DataFormat {
  if (value === undefined || value === 'channelsLast' || value === 'channelsFirst') return value ?? 'channelsLast';
  throw new Error(`${layer}: dataFormat must be "channelsLast" or "channelsFirst", got ${describe(value)}`);
}

/** The channel dimension of an input shape, which must be known. */
export function channelsOf(layer: string, shape: tf.Shape, dataFormat: DataFormat): number {
  const channels = shape[dataFormat === 'channelsFirst' ? 1 : shape.length - 1];
  if (channels == null) throw new Error(`${layer}: the number of channels must be known, got the input shape [${shape.map(String).join(', ')}]`);
  return channels;
}

/** Which elements share a learned parameter. */
export type Sharing = 'channel' | 'layer' | 'position';

export function settleSharing(layer: string, value: unknown): Sharing {
  if (value === undefined || value === 'channel' || value === 'layer' || value === 'position') return value ?? 'channel';
  throw new Error(`${layer}: sharing must be "channel", "layer" or "position", got ${describe(value)}`);
}

/** Shape of a parameter that is shared as told: [channels], [1], or the input's shape without the batch. */
export function sharedShape(layer: string, input: tf.Shape, sharing: Sharing, dataFormat: DataFormat): number[] {
  if (sharing === 'layer') return [1];
  if (sharing === 'channel') return [channelsOf(layer, input, dataFormat)];
  const shape = input.slice(1);
  if (shape.length === 0 || shape.some((size) => size == null))
    throw new Error(`${layer}: sharing "position" needs a known input shape, got [${input.map(String).join(', ')}]`);
  return shape as number[];
}

type Initializer = ReturnType<typeof tfjs.initializers.zeros>;
type Regularizer = ReturnType<typeof tfjs.regularizers.l2>;
type Constraint = ReturnType<typeof tfjs.constraints.nonNeg>;
type PReluArguments = NonNullable<Parameters<typeof tf.layers.prelu>[0]>;

/** How one weight is made and held; each a name, a configuration or an instance, as in stock layers. */
export interface WeightOptions {
  readonly initializer?: PReluArguments['alphaInitializer'];
  readonly regularizer?: PReluArguments['alphaRegularizer'] | undefined;
  readonly constraint?: PReluArguments['alphaConstraint'] | undefined;
}

export interface SettledWeight {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer;
  readonly constraint: Constraint;
  /** The same as configurations, for getConfig. */
  readonly config: { readonly initializer: unknown; readonly regularizer: unknown; readonly constraint: unknown };
}

/** Settles names and configurations the way stock layers do: tfjs exports no function for it, its PReLU layer does it for us. */
export function settleWeight(options: WeightOptions): SettledWeight {
  const args: PReluArguments = {};
  if (options.initializer !== undefined) args.alphaInitializer = options.initializer;
  if (options.regularizer != null) args.alphaRegularizer = options.regularizer;
  if (options.constraint != null) args.alphaConstraint = options.constraint;
  const stock = tfjs.layers.prelu(args);
  const { alphaInitializer, alphaRegularizer, alphaConstraint } = stock as unknown as {
    alphaInitializer: Initializer;
    alphaRegularizer: Regularizer;
    alphaConstraint: Constraint;
  };
  const config = stock.getConfig();
  return {
    initializer: alphaInitializer,
    regularizer: alphaRegularizer,
    constraint: alphaConstraint,
    config: { initializer: config['alphaInitializer'], regularizer: config['alphaRegularizer'], constraint: config['alphaConstraint'] },
  };
}
