import type * as tf from '@cuda-activations/runtime';
import * as tensorFunctions from '../functions/tensor_functions';
import type { DataFormat } from '../functions/tensor_like';
import { describe } from '../registry/describe';
import type { ResolvedActivation } from '../registry/types';
import { activationConfig, type FusedActivationArguments, settleLayerActivation } from './fused_activation';
import { channelsOf, layerArgumentNames, onlyShape, settleDataFormat, settleWeight, type SettledWeight, type WeightOptions } from './layer_arguments';
import { tfjs } from '../tensorflow/tfjs';

export type BiasActivationArguments = FusedActivationArguments & {
  readonly dataFormat?: DataFormat;
  /** Fraction of elements dropped in training, in [0, 1). Default 0. */
  readonly dropoutRate?: number;
  /** Of the dropout masks; default: drawn once. */
  readonly seed?: number;
  readonly biasInitializer?: WeightOptions['initializer'];
  readonly biasRegularizer?: WeightOptions['regularizer'];
  readonly biasConstraint?: WeightOptions['constraint'];
};

const own: ReadonlySet<string> = new Set(['dataFormat', 'dropoutRate', 'seed', 'biasInitializer', 'biasRegularizer', 'biasConstraint']);

/**
 * y = dropout(f(x + bias + residual)) as one op each way; takes x, or [x, residual]. Follows a layer with `useBias: false`.
 * Weight `bias`: [channels]; with dropout also `dropout_state`: int32 seed and counter, so that a saved model goes on with the same masks.
 */
export class FusedBiasActivation extends tfjs.layers.Layer {
  static readonly className = 'FusedBiasActivation';
  readonly activation: ResolvedActivation;
  readonly dataFormat: DataFormat;
  readonly dropoutRate: number;
  readonly seed: number;
  private readonly biasOptions: SettledWeight;

  constructor(args: BiasActivationArguments) {
    super(args);
    this.activation = settleLayerActivation(args, new Set([...layerArgumentNames, ...own]));
    this.dataFormat = settleDataFormat(this.name, args.dataFormat);
    this.dropoutRate = args.dropoutRate ?? 0;
    if (!(this.dropoutRate >= 0 && this.dropoutRate < 1)) throw new RangeError(`${this.name}: dropoutRate must be in [0, 1), got ${describe(args.dropoutRate)}`);
    this.seed = args.seed ?? Math.floor(Math.random() * 2 ** 31);
    if (!Number.isInteger(this.seed) || Math.abs(this.seed) >= 2 ** 31) throw new RangeError(`${this.name}: seed must be a 32-bit whole number, got ${describe(args.seed)}`);
    this.biasOptions = settleWeight({ initializer: args.biasInitializer ?? 'zeros', regularizer: args.biasRegularizer, constraint: args.biasConstraint });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [x] = Array.isArray(inputShape[0]) ? (inputShape as tf.Shape[]) : [inputShape as tf.Shape];
    const channels = channelsOf(this.name, onlyShape(this.name, x ?? []), this.dataFormat);
    const { initializer, regularizer, constraint } = this.biasOptions;
    this.addWeight('bias', [channels], 'float32', initializer, regularizer, true, constraint);
    if (this.dropoutRate > 0) {
      const state = this.addWeight('dropout_state', [2], 'int32', tfjs.initializers.zeros(), undefined, false);
      tfjs.tidy(() => {
        state.write(tfjs.tensor1d([this.seed, 0], 'int32'));
      });
    }
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { readonly training?: boolean }): tf.Tensor {
    const [x, residual, ...more] = Array.isArray(inputs) ? inputs : [inputs];
    if (!x || more.length > 0) throw new Error(`${this.name} takes x, or x and a residual, got ${String(more.length + (x ? 2 : 0))} tensors`);
    const [bias, state] = this.weights;
    return tfjs.tidy(() => {
      const drop = state !== undefined && kwargs.training === true;
      const dropout = drop ? { rate: this.dropoutRate, state: state.read().clone() } : undefined;
      if (drop) state.write(tfjs.add(state.read(), tfjs.tensor1d([0, 1], 'int32')));
      return tensorFunctions.bias(x, (bias as { read(): tf.Tensor }).read(), this.activation, { residual, dropout, dataFormat: this.dataFormat });
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return Array.isArray(inputShape[0]) ? inputShape[0] : inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { config } = this.biasOptions;
    return {
      ...super.getConfig(),
      ...activationConfig(this.activation),
      dataFormat: this.dataFormat,
      dropoutRate: this.dropoutRate,
      seed: this.seed,
      biasInitializer: config.initializer as tf.serialization.ConfigDict,
      biasRegularizer: config.regularizer as tf.serialization.ConfigDict,
      biasConstraint: config.constraint as tf.serialization.ConfigDict,
    };
  }
}
