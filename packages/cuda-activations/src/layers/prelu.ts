import type * as tf from '@cuda-activations/runtime';
import * as tensorFunctions from '../functions/tensor_functions';
import type { DataFormat } from '../functions/tensor_like';
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
import { tfjs } from '../tensorflow/tfjs';

export type PReluArguments = LayerArguments & {
  /** Which elements share a slope. Default `channel`, as in He et al.; `position` is the stock layer's default. */
  readonly sharing?: Sharing;
  readonly dataFormat?: DataFormat;
  /** Default 0.25. */
  readonly slopeInitializer?: WeightOptions['initializer'];
  readonly slopeRegularizer?: WeightOptions['regularizer'];
  readonly slopeConstraint?: WeightOptions['constraint'];
};

/** y = x > 0 ? x : slope[c] x, the slope learned (He et al. 2015, arXiv:1502.01852). Weight `slope`: [channels], [1] or the input's shape without the batch. */
export class FusedPRelu extends tfjs.layers.Layer {
  static readonly className = 'FusedPReLU';
  readonly sharing: Sharing;
  readonly dataFormat: DataFormat;
  private readonly slopeOptions: SettledWeight;

  constructor(args: PReluArguments = {}) {
    super(args);
    this.supportsMasking = true;
    this.sharing = settleSharing(this.name, args.sharing);
    this.dataFormat = settleDataFormat(this.name, args.dataFormat);
    this.slopeOptions = settleWeight({
      initializer: args.slopeInitializer ?? tfjs.initializers.constant({ value: 0.25 }),
      regularizer: args.slopeRegularizer,
      constraint: args.slopeConstraint,
    });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = sharedShape(this.name, onlyShape(this.name, inputShape), this.sharing, this.dataFormat);
    const { initializer, regularizer, constraint } = this.slopeOptions;
    this.addWeight('slope', shape, 'float32', initializer, regularizer, true, constraint);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [slope] = this.weights.map((weight) => weight.read()) as [tf.Tensor];
    return tfjs.tidy(() => tensorFunctions.prelu(onlyTensor(this.name, inputs), slope, this.dataFormat));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { config } = this.slopeOptions;
    return {
      ...super.getConfig(),
      sharing: this.sharing,
      dataFormat: this.dataFormat,
      slopeInitializer: config.initializer as tf.serialization.ConfigDict,
      slopeRegularizer: config.regularizer as tf.serialization.ConfigDict,
      slopeConstraint: config.constraint as tf.serialization.ConfigDict,
    };
  }
}
