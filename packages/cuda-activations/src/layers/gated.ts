import type * as tf from '@cuda-activations/runtime';
import * as tensorFunctions from '../functions/tensor_functions';
import type { GatedName } from '../generated/activations';
import type { DataFormat } from '../functions/tensor_like';
import { findActivation } from '../registry/registry';
import type { ActivationInfo } from '../registry/types';
import { channelsOf, type LayerArguments, onlyShape, settleDataFormat } from './layer_arguments';
import { tfjs } from '../tensorflow/tfjs';

export type GatedArguments = LayerArguments & {
  /** `glu`, `swiglu`, `geglu`, ... */
  readonly activation: GatedName;
  /** Where a packed input has its channels. Default channelsLast. */
  readonly dataFormat?: DataFormat;
};

/** y = a g(b): of one input with 2 H channels (a before b), or of two inputs. */
export class FusedGatedActivation extends tfjs.layers.Layer {
  static readonly className = 'FusedGatedActivation';
  readonly info: ActivationInfo;
  readonly dataFormat: DataFormat;

  constructor(args: GatedArguments) {
    super(args);
    this.info = findActivation(args.activation, ['gated']);
    this.dataFormat = settleDataFormat(this.name, args.dataFormat);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b, ...more] = Array.isArray(inputs) ? inputs : [inputs];
    if (!a || more.length > 0) throw new Error(`${this.name} takes one or two tensors, got ${String(more.length + (a ? 2 : 0))}`);
    return tfjs.tidy(() => tensorFunctions.gated(a, b, this.info, this.dataFormat));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    if (Array.isArray(inputShape[0]) && inputShape.length === 2) return inputShape[0];
    const shape = [...onlyShape(this.name, inputShape)];
    const channels = channelsOf(this.name, shape, this.dataFormat);
    if (channels % 2 !== 0) throw new Error(`${this.name}: the number of channels must be even, got ${String(channels)}`);
    shape[this.dataFormat === 'channelsFirst' ? 1 : shape.length - 1] = channels / 2;
    return shape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), activation: this.info.name, dataFormat: this.dataFormat };
  }
}
