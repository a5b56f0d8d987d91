import * as tf from '@cuda-activations/runtime';
import * as tensorFunctions from '../functions/tensor_functions';
import type { DataFormat } from '../kernels/ops';
import { describe } from '../registry/describe';
import {
  type LayerArguments,
  onlyShape,
  onlyTensor,
  settleDataFormat,
  settleSharing,
  settleWeight,
  type SettledWeight,
  sharedShape,
  type Sharing,
  type WeightOptions,
} from './layer_arguments';

export type AplArguments = LayerArguments & {
  /** Number of hinges S. Default 5. */
  readonly segments?: number;
  /** Which elements share their hinges. Default `channel`; the original has `position`. */
  readonly sharing?: Sharing;
  readonly dataFormat?: DataFormat;
  /** Of the slopes a. Default uniform in [-0.5, 0.5]. */
  readonly aInitializer?: WeightOptions['initializer'];
  /** Of the positions b. Default normal with standard deviation 0.5. */
  readonly bInitializer?: WeightOptions['initializer'];
  readonly aRegularizer?: WeightOptions['regularizer'];
  readonly bRegularizer?: WeightOptions['regularizer'];
};

/**
 * Adaptive piecewise linear unit: y = max(0, x) + sum_s a[s, c] max(0, b[s, c] - x), a and b learned
 * (Agostinelli et al. 2015, arXiv:1412.6830). Weights `a` and `b` have the shape [segments, channels], [segments, 1] or
 * [segments, ...input without batch], by `sharing`.
 */
export class AdaptivePiecewiseLinear extends tf.layers.Layer {
  static readonly className = 'AdaptivePiecewiseLinear';
  readonly segments: number;
  readonly sharing: Sharing;
  readonly dataFormat: DataFormat;
  private readonly aOptions: SettledWeight;
  private readonly bOptions: SettledWeight;

  constructor(args: AplArguments = {}) {
    super(args);
    this.supportsMasking = true;
    const segments = args.segments ?? 5;
    if (!Number.isInteger(segments) || segments < 0) throw new RangeError(`${this.name}: segments must be a whole number of at least 0, got ${describe(segments)}`);
    this.segments = segments;
    this.sharing = settleSharing(this.name, args.sharing);
    this.dataFormat = settleDataFormat(this.name, args.dataFormat);
    this.aOptions = settleWeight({ initializer: args.aInitializer ?? tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5 }), regularizer: args.aRegularizer });
    this.bOptions = settleWeight({ initializer: args.bInitializer ?? tf.initializers.randomNormal({ stddev: 0.5 }), regularizer: args.bRegularizer });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = [this.segments, ...sharedShape(this.name, onlyShape(this.name, inputShape), this.sharing, this.dataFormat)];
    for (const [name, options] of [['a', this.aOptions], ['b', this.bOptions]] as const)
      this.addWeight(name, shape, 'float32', options.initializer, options.regularizer, true);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b] = this.weights.map((weight) => weight.read()) as [tf.Tensor, tf.Tensor];
    return tf.tidy(() => tensorFunctions.apl(onlyTensor(this.name, inputs), a, b, this.dataFormat));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { aOptions, bOptions, segments, sharing, dataFormat } = this;
    return {
      ...super.getConfig(),
      segments,
      sharing,
      dataFormat,
      aInitializer: aOptions.config.initializer as tf.serialization.ConfigDict,
      bInitializer: bOptions.config.initializer as tf.serialization.ConfigDict,
      aRegularizer: aOptions.config.regularizer as tf.serialization.ConfigDict,
      bRegularizer: bOptions.config.regularizer as tf.serialization.ConfigDict,
    };
  }
}
