import type * as tf from '@cuda-activations/runtime';
import * as tensorFunctions from '../functions/tensor_functions';
import type { RowwiseName } from '../generated/activations';
import { findActivation } from '../registry/registry';
import type { ActivationInfo, CamelCase } from '../registry/types';
import { describe } from '../registry/describe';
import { type LayerArguments, onlyTensor } from './layer_arguments';
import { tfjs } from '../tensorflow/tfjs';

export type RowwiseArguments = LayerArguments & {
  /** `softmax`, `log_softmax` or `sparsemax`. */
  readonly activation: RowwiseName | CamelCase<RowwiseName>;
  /** The axis that rows lie along, the batch being axis 0. Default -1. */
  readonly axis?: number;
};

/** y = f(x) along one axis, as one fused op. */
export class FusedRowActivation extends tfjs.layers.Layer {
  static readonly className = 'FusedRowActivation';
  readonly info: ActivationInfo;
  readonly axis: number;

  constructor(args: RowwiseArguments) {
    super(args);
    this.supportsMasking = true;
    this.info = findActivation(args.activation, ['rowwise']);
    const { axis = -1 } = args;
    if (!Number.isInteger(axis) || axis === 0) throw new RangeError(`${this.name}: axis must be a whole number that is not the batch, 0, got ${describe(axis)}`);
    this.axis = axis;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tfjs.tidy(() => tensorFunctions.rowwise(onlyTensor(this.name, inputs), this.info, this.axis));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), activation: this.info.name, axis: this.axis };
  }
}
